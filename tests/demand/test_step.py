"""What the step says where nothing is told by the hour: no times, or no urgency that officers are sent to."""

from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import pytest

from expectations.agency import load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from flows.steps import demanding


def test_the_reason_is_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = SimpleNamespace(done="")
    nothing = {name: empty(TABLES[name]) for name in ("call_demand_shift", "special_day")}
    monkeypatch.setattr(demanding, "demand_tables", lambda *_: (nothing, []))
    monkeypatch.setattr(demanding, "kept_rows", lambda _: None)
    monkeypatch.setattr(demanding, "telling", lambda *_: nullcontext(shown))
    agency = load_agency(packaged())
    nobody = replace(agency, urgencies=tuple(one.model_copy(update={"dispatched": False}) for one in agency.urgencies))
    untimed = {"call_hour": SimpleNamespace(height=0)}
    timed = {"call_hour": SimpleNamespace(height=1)}
    said = []
    for aside, whose in ((untimed, nobody), (timed, agency), (timed, nobody)):
        run = SimpleNamespace(agency=whose, settings=SimpleNamespace(language="en"))
        demanding.demand(None, {}, aside, run, nullcontext())  # type: ignore[arg-type]
        said.append(shown.done)
    assert ["none of urgencies in agency.toml has dispatched = true" in words for words in said] == [False, False, True]
