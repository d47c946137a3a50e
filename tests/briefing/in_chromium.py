"""A page as a real Chromium shows it: what it asks for, complains of, and where its words lie."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.briefing.chromium import Chromium

PRINTED_WIDTH = 1031
"""A4 on its side less its margins, 273 mm, in CSS pixels."""
# Elements whose box ends to the right of the page, those inside a box that can be scrolled left out: that box is looked
# at instead, and has to show all of what it holds.
OVERFLOWING = """
(() => {
  const wide = document.documentElement.clientWidth;
  const inside = one => one.parentElement && one.parentElement.closest('.scroll');
  const found = [];
  if (document.documentElement.scrollWidth > wide) found.push('page ' + document.documentElement.scrollWidth);
  for (const one of document.body.querySelectorAll('*')) {
    const box = one.getBoundingClientRect();
    if (box.width && box.right > wide + 0.5 && !inside(one)) found.push(one.tagName + '.' + one.getAttribute('class'));
    if (one.classList.contains('scroll') && one.scrollWidth > one.clientWidth + 1)
      found.push('scroll ' + one.getAttribute('aria-label') + ' ' + one.scrollWidth + ' > ' + one.clientWidth);
  }
  return JSON.stringify(found);
})()
"""
FIRST_BOTTOM = "(document.querySelector('.first-screen') || document.body).getBoundingClientRect().bottom"
# A character without a glyph is drawn as the same box whatever it is: as one that no font has.
GLYPHLESS = """
(() => {
  const canvas = document.createElement('canvas'); canvas.width = canvas.height = 32;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const drawn = text => { pen.clearRect(0, 0, 32, 32); pen.font = '20px ' + getComputedStyle(document.body).fontFamily;
    pen.fillText(text, 4, 24); return pen.getImageData(0, 0, 32, 32).data.join(); };
  const boxes = new Set(['\\u{10FFFD}', '\\uE123', '\\u0378'].map(drawn)), blank = drawn(' ');
  const words = document.body.innerText + [...document.querySelectorAll('svg text')].map(t => t.textContent).join('');
  return JSON.stringify([...new Set(words)].filter(c => c.trim() && c > '~').filter(c => {
    const image = drawn(c); return boxes.has(image) || image === blank; }));
})()
"""


# What of the first screen is set in less than 16 pixels, drawings at the size they are shown in.
SMALL = """
(() => {
  const found = [];
  for (const one of document.querySelectorAll('header.top *, .first-screen *')) {
    const said = [...one.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent.trim()).join('');
    if (!said || !one.getClientRects().length) continue;
    const drawing = one.closest('svg');
    const scale = drawing ? drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width : 1;
    const size = parseFloat(getComputedStyle(one).fontSize) * scale;
    if (size < 15.99) found.push(size.toFixed(1) + ' ' + said);
  }
  return JSON.stringify(found);
})()
"""


@dataclass
class Seen:
    """What came of opening a page.

    Attributes:
        requests: Addresses asked for, the page's own aside.
        complaints: Errors in the console.
    """

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    overflowing: list[str] = field(default_factory=list)
    glyphless: list[str] = field(default_factory=list)
    small: list[str] = field(default_factory=list)
    first_bottom: float = 0.0


def look(browser: Chromium, file: Path, width: int, height: int, media: str = "screen") -> Seen:
    """Open a page in a window of that size, as on a screen or as printed."""
    seen = Seen()
    with browser.page() as session:
        for domain in ("Network", "Runtime", "Log"):
            browser.ask(f"{domain}.enable", session)
        browser.ask(
            "Emulation.setDeviceMetricsOverride", session, width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        browser.ask("Emulation.setEmulatedMedia", session, media=media)
        browser.events.clear()
        browser.open(session, file)
        seen.overflowing = json.loads(evaluated(browser, session, OVERFLOWING))
        seen.glyphless = json.loads(evaluated(browser, session, GLYPHLESS))
        seen.small = json.loads(evaluated(browser, session, SMALL))
        seen.first_bottom = evaluated(browser, session, FIRST_BOTTOM)
        for event in browser.events:
            _note(event, seen, file)
    return seen


def _note(event: dict[str, Any], seen: Seen, file: Path) -> None:
    told = event.get("params", {})
    match event.get("method"):
        case "Network.requestWillBeSent":
            address = told["request"]["url"]
            if address != file.resolve().as_uri():
                seen.requests.append(address)
        case "Runtime.exceptionThrown":
            seen.complaints.append(str(told["exceptionDetails"].get("text")))
        case "Runtime.consoleAPICalled" if told["type"] in ("error", "assert"):
            seen.complaints.append(str(told["args"]))
        case "Log.entryAdded" if told["entry"]["level"] == "error":
            seen.complaints.append(told["entry"]["text"])
        case _:
            return


def evaluated(browser: Chromium, session: str, script: str) -> Any:
    """What a script answers in the page."""
    answer = browser.ask(
        "Runtime.evaluate",
        session,
        expression=script,
        returnByValue=True,
        awaitPromise=True,
        allowUnsafeEvalBlockedByCSP=True,
    )
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"].get("value")
