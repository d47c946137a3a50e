"""The pages as PDF: printed by one headless Chromium, where there is one."""

import base64
import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows.briefing.chromium import Chromium, ChromiumError, chromium
from flows.briefing.documents import PAGE, Documents

PRINT = "briefing.pdf"
SECONDS = 180.0
"""For all pages of a month together; a machine that needs longer goes without."""
_DATED = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[^)]*\)")
_FOOTER = (
    '<div style="width:100%;padding:0 12mm;font:7pt sans-serif;color:#4d5a69;display:flex;'
    'justify-content:space-between">'
    '<span class="title"></span><span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>'
)
"""On every sheet what it belongs to: sheets of a meeting are handed round one by one."""


@dataclass(frozen=True)
class Printed:
    """What became of the prints.

    Attributes:
        files: `<district code>/briefing.pdf` by name; all of the pages', or none.
        why_not: Why there are none, where Chromium was there and did not do it; for a warning.
    """

    files: Documents
    why_not: str | None = None


def prints(pages: Documents, program: Path | None, as_of: date) -> Printed:
    """Each page's print beside it; none where there is no Chromium, and none where it fails: the page is what counts.

    Equal pages give equal bytes on one machine: the moment of printing, which PDF files carry, is set to the as-of day.
    Another Chromium or other fonts may lay them out otherwise.

    Args:
        pages: Files as `documents` makes them; those that are no pages are passed over.
        program: Chromium, or None.
        as_of: Day of the run.
    """
    wanted = {name: content for name, content in pages.items() if name.endswith(f"/{PAGE}")}
    if program is None or not wanted:
        return Printed({})
    try:
        with chromium(program, os.environ, SECONDS) as browser:
            made = {
                name.removesuffix(PAGE) + PRINT: _at(as_of, _printed(browser, content.decode()))
                for name, content in wanted.items()
            }
    except (ChromiumError, OSError, ValueError) as error:
        return Printed({}, str(error).splitlines()[0] if str(error) else type(error).__name__)
    return Printed(made)


def _printed(browser: Chromium, page: str) -> bytes:
    """A page printed as its own style says: A4, with page numbers. Nothing is loaded, and no script could run."""
    with browser.page() as session:
        browser.ask("Emulation.setScriptExecutionDisabled", session, value=True)
        frame = browser.ask("Page.getFrameTree", session)["frameTree"]["frame"]["id"]
        browser.ask("Page.setDocumentContent", session, frameId=frame, html=page)
        answer = browser.ask(
            "Page.printToPDF",
            session,
            printBackground=True,
            preferCSSPageSize=True,
            displayHeaderFooter=True,
            headerTemplate="<span></span>",
            footerTemplate=_FOOTER,
            generateTaggedPDF=True,
        )
        return base64.b64decode(answer["data"])


def _at(day: date, content: bytes) -> bytes:
    """A PDF with that day for its moments; of the same length, for the file counts its bytes."""

    def dated(found: re.Match[bytes]) -> bytes:
        text = b"/" + found[1] + b" (D:" + f"{day:%Y%m%d}".encode() + b"000000"
        return (text + b"+00'00'").ljust(len(found[0]) - 1)[: len(found[0]) - 1] + b")"

    return _DATED.sub(dated, content)
