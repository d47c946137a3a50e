import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import polars_schema
from expectations.gate import Finding
from transforms.briefing.validation_page import ReportedRun, validation_page

RUN = ReportedRun(month=date(2024, 3, 1), as_of=date(2024, 4, 10), run_id="abc123", generated=False)
KEPT = Finding("crime_month", "file_is_new", "*", "warning", True, "gate_none_doubled")
WARNED = Finding(
    "source_file",
    "file_is_new(a.csv)",
    "*",
    "warning",
    False,
    "gate_doubled",
    {"file": "a.csv", "same": "b.csv"},
    "a.csv",
)
STOPPED = Finding("core_coverage", "month_is_covered(x)", "*", "critical", False, "gate_month_missing",
                  {"source": "<script>alert(1)</script>", "month": "2024-03"}, "0/31")  # fmt: skip


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


def received(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = polars_schema(TABLES["source_file"])
    base = dict.fromkeys(schema) | {
        "file_id": "f", "sha256": "0", "name": "a.csv", "source": "gwangju_crime", "status": "accepted",
        "period_from": date(2024, 3, 1), "period_to": date(2024, 3, 31), "exported_on": date(2024, 4, 2),
        "rows_read": 1234567, "rows_accepted": 1234560, "rows_rejected": 7, "rows_superseded": 0, "rows_set_aside": 0,
    }  # fmt: skip
    return pl.DataFrame([base | row for row in rows], schema, orient="row")


class _Words(HTMLParser):
    """What a reader sees, and every address the page would load or link."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action", "srcset", "data")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def seen(page: str) -> _Words:
    words = _Words()
    words.feed(page)
    return words


def page_of(agency: Agency, findings: list[Finding], lang: str = "ko", **changes: Any) -> str:
    given: dict[str, Any] = {"files": received({}), "left_alone": [], "run": RUN} | changes
    return validation_page(findings, given["files"], given["left_alone"], agency, given["run"], lang)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_finding_stands_on_the_page_in_the_language_asked_for(agency: Agency, lang: str) -> None:
    page = page_of(agency, [KEPT, WARNED, STOPPED], lang)
    text = "".join(seen(page).text)
    for finding in (KEPT, WARNED, STOPPED):
        assert finding.sentence(lang) in text
    assert f'<html lang="{lang}">' in page
    assert "abc123" in text
    assert "2024-04-10" in text


def test_the_worst_comes_first_and_the_headline_counts(agency: Agency) -> None:
    text = "".join(seen(page_of(agency, [KEPT, WARNED, STOPPED], "en")).text)
    assert "Stopped (critical: 1, warnings: 1)" in text
    assert text.index(STOPPED.sentence("en")) < text.index(WARNED.sentence("en"))
    assert "Passed, warnings: 1" in "".join(seen(page_of(agency, [KEPT, WARNED], "en")).text)
    assert "Passed: every promise was kept" in "".join(seen(page_of(agency, [KEPT], "en")).text)


def test_nothing_is_loaded_from_outside_and_markup_in_values_stays_text(agency: Agency) -> None:
    page = page_of(
        agency,
        [STOPPED],
        files=received({"name": "<script>x</script>.csv", "note": "<b>bold</b>"}),
        left_alone=["<img src=x>.txt"],
    )
    words = seen(page)
    assert not re.search(r"https?://|url\(|@import", page)
    assert words.addresses == []
    assert not words.tags & {"script", "link", "img", "iframe", "b"}
    assert "<img src=x>.txt" in unescape(page)


def test_files_show_their_rows_refused_ones_first(agency: Agency) -> None:
    files = received(
        {},
        {
            "file_id": "g",
            "name": "bad.csv",
            "status": "refused",
            "source": None,
            "period_from": None,
            "period_to": None,
            "note": "U+FFFD",
            "rows_read": 0,
            "rows_accepted": 0,
            "rows_rejected": 0,
        },
    )
    text = " ".join(seen(page_of(agency, [KEPT], "en", files=files)).text)
    assert text.index("bad.csv") < text.index("a.csv")
    assert "1,234,567" in text
    assert "refused" in text
    assert "U+FFFD" in text


def test_demonstration_data_is_marked_and_other_data_is_not(agency: Agency) -> None:
    assert "Demonstration data" in page_of(agency, [KEPT], "en", run=replace(RUN, generated=True))
    assert "Demonstration data" not in page_of(agency, [KEPT], "en")


def test_left_alone_files_are_listed_and_a_page_without_files_says_so(agency: Agency) -> None:
    page = page_of(agency, [KEPT], "en", files=received(), left_alone=["z.txt", "b.txt"])
    text = " ".join(seen(page).text)
    assert text.index("b.txt") < text.index("z.txt")
    assert "No export file has come." in text


def test_equal_inputs_give_equal_bytes(agency: Agency) -> None:
    assert page_of(agency, [KEPT, WARNED]) == page_of(agency, [WARNED, KEPT])
