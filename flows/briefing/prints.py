"""The pages as PDF and their drawings as PNG: made by one headless Chromium, where there is one."""

import base64
import os
import re
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from expectations.sentences import sentence
from flows.briefing.chromium import Chromium, ChromiumError, chromium
from flows.briefing.documents import CHART, PAGE, Documents

PRINT, PICTURE = "briefing.pdf", ".png"
SECONDS = 180.0
"""For all pages and drawings of a month together; a machine that needs longer goes without."""
SHARPER = 2
"""Points of a picture to a px of its drawing, so that it may be shown large."""
_SIZE = re.compile(r'<svg [^>]*?width="(\d+)" height="(\d+)"')
_DATED = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[^)]*\)")
_FOOTER = (
    '<div style="width:100%;padding:0 12mm;font:7pt sans-serif;color:#4d5a69;display:flex;'
    'justify-content:space-between">'
    '<span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>'
)
"""On every sheet what it belongs to: sheets of a meeting are handed round one by one."""
_AS_ITS_STYLE_SAYS = {
    "printBackground": True, "preferCSSPageSize": True, "displayHeaderFooter": True, "headerTemplate": "<span></span>",
    "footerTemplate": _FOOTER, "generateTaggedPDF": True,
}  # fmt: skip
"""A4, with page numbers."""
AT_ONCE = 2
"""Pages in a tab: one that is printed, and the next."""


@dataclass(frozen=True)
class Printed:
    """What became of the prints.

    Attributes:
        files: `<district code>/briefing.pdf` and `<district code>/charts/<what it shows>.png` by name; of each kind
            all or none.
        why_not: Why some are not there, where Chromium was there and did not make them; for a warning.
    """

    files: Documents
    why_not: str | None = None

    @property
    def pages(self) -> int:
        """How many pages are printed."""
        return sum(name.endswith(PRINT) for name in self.files)

    def warning(self, lang: str) -> str | None:
        """The sentence of what could not be made."""
        if self.why_not is None:
            return None
        return sentence("brief_unpictured" if self.files else "brief_unprinted", lang, why=self.why_not)


class Press:
    """What pages are given to while others are still being made. Use `printing` to begin and end it.

    Attributes:
        printed: What became of all of them, once the block is left.
    """

    def __init__(self) -> None:
        self.printed = Printed({})
        self._arriving: SimpleQueue[Documents | None] = SimpleQueue()
        self._given_up = False

    def take(self, documents: Documents) -> None:
        """Print what are pages and photograph what are drawings; others are passed over."""
        self._arriving.put(documents)

    def end(self, *, given_up: bool) -> None:
        """Nothing more comes; or nobody waits for it any longer."""
        self._given_up = given_up
        self._arriving.put(None)

    def arriving(self) -> Iterator[Documents]:
        """What comes, as it comes.

        Raises:
            ChromiumError: Nobody waits for prints any longer.
        """
        while (documents := self._arriving.get()) is not None and not self._given_up:
            yield documents
        if self._given_up:
            raise ChromiumError("given up")


@contextmanager
def printing(program: Path | None, as_of: date) -> Iterator[Press]:
    """A press that prints beside whatever the block does; leaving the block waits for it.

    No prints where there is no Chromium, and none where it fails: the page is what counts. Equal pages give equal bytes
    on one machine: the moment of printing, which PDF files carry, is set to the as-of day. Another Chromium or other
    fonts may lay them out otherwise. Where the block fails what is not printed yet is given up.

    Args:
        program: Chromium, or None.
        as_of: Day of the run.
    """
    press = Press()
    if program is None:
        yield press
        return
    with ThreadPoolExecutor(1, "prints") as beside:
        work = beside.submit(_print, press, program, as_of)
        try:
            yield press
        except BaseException:
            press.end(given_up=True)
            raise
        press.end(given_up=False)
        press.printed = work.result()


def prints(documents: Documents, program: Path | None, as_of: date) -> Printed:
    """Each page's print and each drawing's picture beside it, as `printing` makes them of documents that are there.

    Args:
        documents: Files as `documents` makes them.
        program: Chromium, or None.
        as_of: Day of the run.
    """
    with printing(program, as_of) as press:
        press.take(documents)
    return press.printed


def _print(press: Press, program: Path, as_of: date) -> Printed:
    pages: Documents = {}
    drawings: Documents = {}
    made: Documents = {}
    arriving = press.arriving()
    try:
        first = next((some for some in arriving if any(map(_is_page, some))), None)
        if first is None:
            return Printed({})
        with chromium(program, os.environ, SECONDS) as browser:
            beside: deque[_InPrint] = deque()
            some: Documents | None = first
            while some is not None:
                for name in filter(_is_page, some):
                    beside.append(_InPrint(browser, name, some[name].decode()))
                    while len(beside) >= AT_ONCE:
                        pages |= beside.popleft().ended(as_of)
                drawings |= {name: content for name, content in some.items() if name.endswith(CHART)}
                began = time.monotonic()
                some = next(arriving, None)
                browser.allow(time.monotonic() - began)  # others are slow, not Chromium
            for one in beside:
                pages |= one.ended(as_of)
            made |= pages
            made |= _pictures(browser, drawings)
    except (ChromiumError, OSError, ValueError) as error:
        # Prints that are made stand, whatever becomes of the pictures.
        return Printed(made, str(error).splitlines()[0] if str(error) else type(error).__name__)
    return Printed(made)


def _is_page(name: str) -> bool:
    return name.endswith(f"/{PAGE}")


class _InPrint:
    """A page being printed, in a tab of its own: marks in it count on from what a tab has shown before.

    Chromium gives each tab a process, which takes most of the time: while one prints, another is loaded.
    """

    def __init__(self, browser: Chromium, name: str, content: str) -> None:
        self._browser, self._name = browser, name
        self._target, session = browser.open_page()
        _without_scripts(browser, session)
        _show(browser, session, content)
        self._number = browser.send("Page.printToPDF", session, **_AS_ITS_STYLE_SAYS)

    def ended(self, as_of: date) -> Documents:
        """Wait for the print."""
        made = base64.b64decode(self._browser.answer(self._number, "Page.printToPDF")["data"])
        self._browser.close_page(self._target)
        return {self._name.removesuffix(PAGE) + PRINT: _at(as_of, made)}


def _pictures(browser: Chromium, drawings: Documents) -> Documents:
    """The picture of each drawing. The agency's own are on every station's page, too: of equal ones one is taken."""
    with _tab(browser) as session:
        taken = {
            one: base64.b64decode(_taken(browser, session, one.decode())["data"])
            for one in dict.fromkeys(drawings.values())
        }
    return {name.removesuffix(CHART) + PICTURE: taken[content] for name, content in drawings.items()}


@contextmanager
def _tab(browser: Chromium) -> Iterator[str]:
    """A page in which nothing is loaded and no script could run."""
    with browser.page() as session:
        _without_scripts(browser, session)
        yield session


def _without_scripts(browser: Chromium, session: str) -> None:
    browser.ask("Emulation.setScriptExecutionDisabled", session, value=True)


def _show(browser: Chromium, session: str, content: str) -> None:
    frame = browser.ask("Page.getFrameTree", session)["frameTree"]["frame"]["id"]
    browser.ask("Page.setDocumentContent", session, frameId=frame, html=content)


def _taken(browser: Chromium, session: str, drawing: str) -> dict[str, Any]:
    """A drawing photographed, as large as it says it is.

    Raises:
        ValueError: It does not say so.
    """
    sides = _SIZE.search(drawing)
    if sides is None:
        raise ValueError("a drawing without a size")
    width, height = (int(side) for side in sides.groups())
    browser.ask("Emulation.setDeviceMetricsOverride", session, width=width, height=height, deviceScaleFactor=SHARPER,
                mobile=False)  # fmt: skip
    _show(browser, session, f'<!doctype html><body style="margin:0">{drawing}')
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    return browser.ask("Page.captureScreenshot", session, format="png", clip=clip)


def _at(day: date, content: bytes) -> bytes:
    """A PDF with that day for its moments; of the same length, for the file counts its bytes."""

    def dated(found: re.Match[bytes]) -> bytes:
        text = b"/" + found[1] + b" (D:" + f"{day:%Y%m%d}".encode() + b"000000"
        return (text + b"+00'00'").ljust(len(found[0]) - 1)[: len(found[0]) - 1] + b")"

    return _DATED.sub(dated, content)
