"""A demonstration of fewer crimes and months, made three times in one home: the last time with a critical fault.

As far as its tables, and without Prefect: `chian demo` whole is in test_demo.py; equal runs give equal pages in
flows/test_briefing.py.
"""

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from expectations.agency import packaged
from flows.commands.demo import run_demo
from flows.places.home import Home
from flows.publishing import tables_equal
from flows.settings import read_settings
from tests.flows.places import Place, Said, ask, copied_agency, environment, fingerprints
from tests.flows.plainly import TABLES
from tests.resilience.small_home import thinned
from tests.resilience.walked import without_prefect
from transforms.demonstration import demonstration_exports

pytestmark = pytest.mark.slow


@dataclass
class Thrice:
    """A demonstration, the same again, and one with a planted critical fault, all in one home."""

    home: Home
    first: Path
    said: list[Said]
    published: list[dict[str, str]]


def few_exports(*words: Any, **terms: Any) -> Iterator[tuple[str, bytes]]:
    """The demonstration's exports with one case in twelve."""
    for name, data in demonstration_exports(*words, **terms):
        yield name, thinned(data) if "발생사건" in name else data


@pytest.fixture(scope="module")
def thrice(tmp_path_factory: pytest.TempPathFactory) -> Thrice:
    folder = tmp_path_factory.mktemp("thrice")
    agency = copied_agency(packaged(), folder / "agency", candidates=["seasonal_naive"], score_origins=1)
    shorter = partial(few_exports, crime_months=14, call_months=1)
    home = Home(folder / "demo", folder / "demo" / "inbox")
    said, published = [], []
    variables = {"CHIAN_HOME": str(home.root), "CHIAN_RUNNER": "threads", "CHIAN_WORKERS": "1"}
    with pytest.MonkeyPatch.context() as patch, environment(variables), without_prefect(TABLES):
        for place in ("flows.commands.demo.packaged", "flows.settings.packaged"):
            patch.setattr(place, lambda: agency)
        patch.setattr("transforms.demonstration.demonstration_exports", shorter)
        for critical_fault in (False, False, True):
            told, errors = io.StringIO(), io.StringIO()
            with redirect_stdout(told), redirect_stderr(errors):
                status = run_demo(read_settings(os.environ), critical_fault)
            said.append(Said(status, told.getvalue(), errors.getvalue()))
            published.append(fingerprints(home.published))
            if len(said) == 1:
                shutil.copy(home.strategy, folder / "first.duckdb")
    return Thrice(home, folder / "first.duckdb", said, published)


def test_second_demonstration_equals_the_first(thrice: Thrice) -> None:
    assert [said.status for said in thrice.said[:2]] == [0, 0], thrice.said[1].err
    assert tables_equal(thrice.first, thrice.home.strategy) == []
    first, again = (ask(path, "select run_id from publication").item() for path in (thrice.first, thrice.home.strategy))
    assert first == again
    assert "nothing changed" in thrice.said[1].out
    assert thrice.published[1] == thrice.published[0]


def test_critical_fault_stops_the_run(thrice: Thrice) -> None:
    stopped = thrice.said[2]
    assert stopped.status == 2
    assert "시연_발생사건_202403_20240403.csv" in stopped.err
    assert "U+FFFD" in stopped.err
    assert "nothing was published; the previous publication stands" in stopped.err
    assert stopped.out == ""


def test_critical_fault_leaves_every_published_byte(thrice: Thrice) -> None:
    assert "strategy.duckdb" in thrice.published[2]
    assert thrice.published[2] == thrice.published[1]


def test_critical_fault_is_reported(thrice: Thrice) -> None:
    [report] = thrice.home.reports.iterdir()
    page = report.read_text("utf-8")
    assert str(report) in thrice.said[2].err
    assert "시연_발생사건_202403_20240403.csv" in page
    assert "http" not in page.replace("http-equiv", "")


def test_status_tells_of_the_stopped_run(thrice: Thrice) -> None:
    said = Place(thrice.home.root, packaged(), thrice.home.inbox).says("status")
    assert said.status == 0, said.err
    assert "Published: the meeting of 2024-03, as of 2024-04-17" in said.out
    assert "stopped" in said.out
    assert "Generated demonstration data" in said.out
