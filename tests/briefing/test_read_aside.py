"""What an audience is given of a table in a file."""

from datetime import date
from itertools import product
from pathlib import Path

import pytest

from expectations.agency import load_agency, packaged
from expectations.contracts import TABLES
from expectations.contracts.stored import Stored
from expectations.months import add_months
from flows.briefing import read
from tests.gate.frames import table
from transforms.briefing.audience import audiences

MONTH = date(2024, 3, 1)


def test_stations_and_agency_are_given_whole_and_boxes_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fourteen months of an agency, two stations and their boxes: 70 rows of calls a month, and 70 of calls an hour."""
    monkeypatch.setattr(read, "WHOLE", 69)
    agency = load_agency(packaged())
    everybody, theirs, *_ = audiences(agency, MONTH)
    own = next(d.code for d in agency.districts if d.parent == theirs.code)
    places = [(everybody.code, "agency"), (theirs.code, "station"), ("other", "station"), (own, "box"), ("o1", "box")]
    rows = [
        {"district": district, "level": level, "month": add_months(MONTH, -back)}
        for (district, level), back in product(places, range(14))
    ]
    tables = {}
    for name in ("call_month", "call_hour"):
        table(name, rows).write_parquet(tmp_path / f"{name}.parquet")
        tables[name] = Stored(TABLES[name], tmp_path / f"{name}.parquet")

    def given(audience):
        frames, totals = read.read_aside(tables, audience, MONTH)
        return {name: dict(frame["district"].value_counts().iter_rows()) for name, frame in frames.items()}, totals

    assert given(everybody) == (
        {
            "call_month": dict.fromkeys((everybody.code, theirs.code, "other"), 14) | {own: 1, "o1": 1},
            "call_hour": dict.fromkeys((everybody.code, theirs.code, "other"), 12) | {own: 1, "o1": 1},
        },
        {"call_month": 70, "call_hour": 70},
    )
    assert given(theirs) == (
        {
            "call_month": dict.fromkeys((everybody.code, theirs.code, "other", own), 14),
            "call_hour": dict.fromkeys((everybody.code, theirs.code, own), 14),
        },
        {},
    )
