"""Where crimes were expected, and which calls, is issued with the publication, and only where there is any."""

import subprocess
import sys
from datetime import date

import polars as pl

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform
from flows.publishing import recover
from flows.publishing.issued import (
    issued_calls,
    issued_places,
    issued_plans,
    issues,
    read_issued_calls,
    read_issued_places,
    read_issued_plans,
)
from flows.publishing.swap import is_settled
from tests.publishing.full_publication import first_values
from tests.publishing.small_publication import lay_few, put, tables
from tests.publishing.test_kill import BETWEEN, ROOT

MARCH, APRIL, SEEN = date(2024, 3, 1), date(2024, 4, 1), date(2024, 4, 10)


def placed(month, as_of, run_id):
    """The small publication with one cell in which crimes were expected, calls, and a plan, before their month began.

    Of calls and plans of an earlier month, which stand beside them, nothing is issued again.
    """
    made, told = tables(month, as_of, run_id), {"origin_month": month, "month": date(2024, 5, 1)}
    row = first_values(TABLES["place_risk"]) | told | {"cell": "p"}
    call = first_values(TABLES["call_forecast"]) | told | {"run_id": run_id, "issued": True}
    then = call | {"origin_month": date(2024, 2, 1), "run_id": "then"}
    stop = first_values(TABLES["deployment_plan"]) | {"month": date(2024, 5, 1), "area": "p"}
    over = stop | {"month": month, "followed": True}
    return made | {
        "deployment_plan": conform(pl.DataFrame([stop, over]), TABLES["deployment_plan"]),
        "place_risk": conform(pl.DataFrame([row]), TABLES["place_risk"]),
        "call_forecast": conform(pl.DataFrame([call, then]), TABLES["call_forecast"]),
    }


def test_places_and_calls_are_issued_with_the_publication_even_where_a_kill_came_between(home, tmp_path):
    made, ready = placed(MARCH, SEEN, "bb"), tmp_path / "ready"
    ready.mkdir()
    lay_few(ready / "strategy.duckdb", ready / "month", made)
    command = [sys.executable, "-c", BETWEEN, str(home.root), str(ready)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
    assert issues(issued_places(home)) == issues(issued_calls(home)) == issues(issued_plans(home)) == []
    assert not is_settled(home)
    recover(home)
    assert is_settled(home)
    assert [(i.origin_month, i.run_id) for i in issues(issued_places(home))] == [(MARCH, "bb")]
    told = read_issued_places(issued_places(home), APRIL, SEEN)
    assert told.drop("as_of").equals(made["place_risk"])
    assert [(i.origin_month, i.run_id) for i in issues(issued_calls(home))] == [(MARCH, "bb")]
    calls = read_issued_calls(issued_calls(home), APRIL, SEEN)
    assert calls.drop("as_of").equals(made["call_forecast"].filter(run_id="bb"))
    plans = read_issued_plans(issued_plans(home), APRIL, SEEN)
    ahead = made["deployment_plan"].filter(month=date(2024, 5, 1))
    assert plans.select(ahead.columns).equals(ahead)
    assert plans.select("origin_month", "as_of", "grid").rows() == [(MARCH, SEEN, made["place_risk"]["grid"][0])]


def test_an_agency_without_points_or_calls_has_no_folder_of_them(home):
    put(home, MARCH, SEEN, "aa")
    assert not issued_places(home).exists()
    assert not issued_calls(home).exists()
    assert not issued_plans(home).exists()
    assert not issued_places(home).with_name("issued_places.sha256").exists()
