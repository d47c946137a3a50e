"""The briefing in a real headless Chromium: what it asks for, how it fits, who can read it, and its print."""

import io
import os
import re
import shutil
import struct
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest
from pypdf import PdfReader

from expectations.agency import load_agency, packaged
from flows.briefing import prints
from flows.briefing.chromium import Chromium, ChromiumError, chromium
from tests.briefing import sample_month
from tests.briefing.in_chromium import PRINTED_WIDTH, evaluated, look
from tests.briefing.page_reading import Page
from transforms.briefing.audience import audiences
from transforms.briefing.charts import chart_files
from transforms.briefing.page import briefing_page

pytestmark = pytest.mark.slow
AUDIENCES = ("gwangju", "seobu", "nambu")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages and drawings looked at here, in both languages: <language>/<code>/briefing.html."""
    folder, agency = tmp_path_factory.mktemp("pages"), load_agency(packaged())
    tables = sample_month.tables(agency)
    for lang, code in product(("ko", "en"), AUDIENCES):
        [audience] = [one for one in audiences(agency, sample_month.MONTH) if one.code == code]
        page = briefing_page(tables, agency, audience.district, lang)
        (folder / lang / code / "charts").mkdir(parents=True)
        (folder / lang / code / "briefing.html").write_text(page, "utf-8")
        for name, drawing in chart_files(page).items():
            (folder / lang / code / "charts" / f"{name}.svg").write_text(drawing, "utf-8")
    return folder


@pytest.fixture(scope="module")
def browser(chromium_program: Path) -> Iterator[Chromium]:
    with chromium(chromium_program, os.environ, 3000) as running:
        yield running


@pytest.mark.parametrize(
    ("width", "height", "media"), [(1280, 720, "screen"), (1920, 1080, "screen"), (PRINTED_WIDTH, 1000, "print")]
)
@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("code", AUDIENCES)
def test_page_fits_asks_for_nothing_and_complains_of_nothing(
    browser: Chromium, pages: Path, code: str, lang: str, width: int, height: int, media: str
) -> None:
    seen = look(browser, pages / lang / code / "briefing.html", width, height, media)
    assert seen.requests == []
    assert seen.complaints == []
    assert seen.overflowing == []
    if media == "screen":
        # Tiles, chart and sentences without scrolling, to be read from the last row.
        assert 0 < seen.first_bottom <= height
        assert seen.small == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_character_has_a_glyph(browser: Chromium, pages: Path, lang: str) -> None:
    listed = shutil.which("fc-list")
    if listed is None or not subprocess.run([listed, ":lang=ko"], capture_output=True, check=False).stdout.strip():
        pytest.skip("needs a Korean font and fontconfig's fc-list, such as fonts-nanum and fontconfig")
    assert look(browser, pages / lang / "gwangju" / "briefing.html", 1280, 720).glyphless == []


def test_a_character_without_a_glyph_is_noticed(browser: Chromium, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text('<!doctype html><meta charset="utf-8"><p class="lead">\U000f1234가', "utf-8")
    assert "\U000f1234" in look(browser, file, 800, 600).glyphless


def test_what_is_too_wide_asks_or_complains_is_noticed(browser: Chromium, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        '<!doctype html><meta charset="utf-8"><p class="lead" style="width:2000px">x</p>'
        '<img src="http://127.0.0.1:9/x.png"><script>console.error("no")</script>',
        "utf-8",
    )
    seen = look(browser, file, 800, 600)
    assert any(one.startswith("P.lead") for one in seen.overflowing)
    assert seen.requests == ["http://127.0.0.1:9/x.png"]
    assert any("no" in one for one in seen.complaints)


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("code", AUDIENCES)
def test_accessibility_has_no_serious_findings(browser: Chromium, pages: Path, code: str, lang: str) -> None:
    rules = (files("axe_core_python") / "axe.min.js").read_text("utf-8")
    with browser.page() as session:
        browser.ask(
            "Emulation.setDeviceMetricsOverride", session, width=1280, height=720, deviceScaleFactor=1, mobile=False
        )
        browser.open(session, pages / lang / code / "briefing.html")
        evaluated(browser, session, rules + "; true")
        found = evaluated(browser, session, "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
    told = {
        one["id"]: [node["html"][:200] for node in one["nodes"][:3]]
        for one in found
        if one["impact"] in ("serious", "critical")
    }
    assert told == {}


def test_print_says_what_the_page_says(chromium_program: Path, pages: Path) -> None:
    name = "seobu/briefing.html"
    page = (pages / "ko" / name).read_bytes()
    made = prints({name: page, "seobu/meeting.xlsx": b"no page"}, chromium_program, date(2024, 4, 10))
    assert (list(made.files), made.why_not) == (["seobu/briefing.pdf"], None)
    printed = PdfReader(io.BytesIO(made.files["seobu/briefing.pdf"]))
    width, height = (float(side) for side in printed.pages[0].mediabox[2:])
    assert (width, height) == pytest.approx((842, 595), abs=1.5)  # A4 in points, on its side
    words = " ".join(sheet.extract_text() for sheet in printed.pages)
    shown = Counter(
        re.findall(r"\d+(?:[,.:]\d+)*", " ".join(number.shown + " " for number in Page(page.decode()).numbers))
    )
    there = Counter(re.findall(r"\d+(?:[,.:]\d+)*", words))
    lost = {text: count for text, count in shown.items() if there[text] < count}
    assert lost == {}
    assert "경보 증가" in words


def test_equal_pages_print_to_equal_bytes_of_the_as_of_day(chromium_program: Path, pages: Path) -> None:
    name = "nambu/briefing.html"
    given = {name: (pages / "en" / name).read_bytes()}
    once, again = (prints(given, chromium_program, date(2024, 4, 10)).files for _ in range(2))
    assert once == again
    assert set(re.findall(rb"D:\d{14}", once["nambu/briefing.pdf"])) == {b"D:20240410000000"}


def test_drawings_are_photographed_twice_as_sharp_to_equal_bytes(chromium_program: Path, pages: Path) -> None:
    chart = "seobu/charts/theft_seobu"
    given = {name: (pages / "ko" / name).read_bytes() for name in ("seobu/briefing.html", f"{chart}.svg")}
    once, again = (prints(given, chromium_program, date(2024, 4, 10)) for _ in range(2))
    assert once == again
    assert (set(once.files), once.pages) == ({"seobu/briefing.pdf", f"{chart}.png"}, 1)
    sides = re.search(rb'width="(\d+)" height="(\d+)"', given[f"{chart}.svg"])
    assert sides
    picture = once.files[f"{chart}.png"]
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == tuple(2 * int(side) for side in sides.groups())
    # White paper with something on it.
    assert len(picture) > 10_000


def test_prints_are_made_however_long_the_path_of_the_temporary_folder(
    chromium_program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than a socket's path may be, and Chromium makes one."""
    long = tmp_path / ("long" * 30)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    printed = prints({"gwangju/briefing.html": b"<p>1</p>"}, chromium_program, date(2024, 4, 10))
    assert printed.why_not is None
    assert list(printed.files) == ["gwangju/briefing.pdf"]
    assert not list(long.iterdir())


def test_where_a_picture_cannot_be_taken_the_prints_stand(chromium_program: Path) -> None:
    made = prints({"a/briefing.html": b"<p>x", "a/charts/theft_a.svg": b"<svg>"}, chromium_program, date(2024, 4, 10))
    assert list(made.files) == ["a/briefing.pdf"]
    assert made.warning("en").startswith("PNG could not be made (a drawing without a size)")  # type: ignore[union-attr]  # there is one


def test_a_chromium_that_fails_is_told_in_one_line_and_nothing_is_printed(tmp_path: Path) -> None:
    page = {"a/briefing.html": b"<p>x"}
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    broken.chmod(0o755)
    for program in (broken, tmp_path / "none"):
        made = prints(page, program, date(2024, 4, 10))
        assert made.files == {}
        assert made.why_not
        assert "\n" not in made.why_not
    assert prints(page, None, date(2024, 4, 10)).why_not is None


def test_a_chromium_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    hanging, mark = tmp_path / "chromium", tmp_path / "pid"
    hanging.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {mark}\nwait\n", "utf-8")
    hanging.chmod(0o755)
    with pytest.raises(ChromiumError, match="no answer in time"), chromium(hanging, os.environ, 5) as browser:
        browser.ask("Browser.getVersion")
    state = Path(f"/proc/{mark.read_text('utf-8').strip()}/stat")
    # It has been killed; a busy machine may take a moment to let go of it.
    until = time.monotonic() + 30
    while _runs(state) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(state)


def _runs(state: Path) -> bool:
    try:
        return state.read_text("utf-8").split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
