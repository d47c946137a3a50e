"""What leaves the agency: allow-listed columns, small counts hidden over districts, months and years at once."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from expectations.contracts import PUBLISHED, TABLES
from expectations.contracts import release as released
from expectations.contracts.places.cells import ROOM
from expectations.contracts.release import RELEASED, STAYS_INSIDE, _released
from tests.flows.places import months
from transforms.release import attack, release, sums_of

K = 3
MONTHS = months(date(2023, 1, 1), 12)
PLACES = {"gj": ("agency", None), "east": ("station", "gj"), "west": ("station", "gj")}
INSIDE = {"expected_final", "cleared", "run_id", "difference", "method", "sentence", "values", "name", "sha256"}


def published(small: int = 2) -> dict[str, pl.DataFrame]:
    """East has 40 thefts every month but `small` in March; West always 60."""
    count = {("east", month): small if month.month == 3 else 40 for month in MONTHS}
    count |= {("west", month): 60 for month in MONTHS}
    count |= {("gj", month): count["east", month] + 60 for month in MONTHS}
    rows = [
        {
            "district": district,
            "district_name": district,
            "level": PLACES[district][0],
            "parent": PLACES[district][1],
            "crime_type": "theft",
            "month": month,
            "incidents": n,
            "expected_final": n + 0.5,
            "cleared": 1,
            "provisional": False,
            "complete": True,
        }
        for (district, month), n in count.items()
    ]
    years = [
        {
            "district": district,
            "district_name": district,
            "level": level,
            "parent": parent,
            "crime_type": "theft",
            "year": 2023,
            "incidents": 1,
            "difference": 0,
            "incidents_from_months": sum(count[district, m] for m in MONTHS),
        }
        for district, (level, parent) in PLACES.items()
    ]
    schema = {"parent": pl.String}
    return {
        "crime_month": pl.DataFrame(rows, schema_overrides=schema),
        "crime_year": pl.DataFrame(years, schema_overrides=schema),
    }


def hidden_of(frame: pl.DataFrame) -> set[tuple[str, int]]:
    return {(row["district"], row["month"].month) for row in frame.filter("suppressed").iter_rows(named=True)}


def test_a_small_month_takes_a_rectangle_with_it() -> None:
    """March of East, with West (else the city tells it) and, since the year is shown, another month of both."""
    made = release(published(), K)
    month, year = made.tables["crime_month"], made.tables["crime_year"]
    hidden = hidden_of(month)
    assert {("east", 3), ("west", 3)} <= hidden
    assert len(hidden) == 4
    assert not [place for place, _ in hidden if place == "gj"]
    assert not year["suppressed"].any()
    assert month.filter(pl.col("suppressed"))["incidents"].null_count() == 4
    shown = month.filter(~pl.col("suppressed")).join(published()["crime_month"], on=["district", "month"])
    assert (shown["incidents"] == shown["incidents_right"]).all()
    assert (made.hidden, made.shown) == ({"crime_month": 4, "crime_year": 0}, {"crime_month": 32, "crime_year": 3})


def test_nothing_small_nothing_hidden() -> None:
    assert release(published(small=5), K).hidden == {"crime_month": 0, "crime_year": 0}


def test_the_year_bears_on_the_months() -> None:
    """Hiding March in both stations alone, as one would without the year, tells it: the year less eleven months."""
    tables = published()
    alone = release(tables | {"crime_year": tables["crime_year"].clear()}, K).tables["crime_month"]
    assert hidden_of(alone) == {("east", 3), ("west", 3)}
    counts = [2, *[40] * 11, 442]
    keys = [("m", n) for n in range(12)] + [("y", 0)]
    sums = sums_of(counts, keys, [[(key, ("y", 0)) for key in keys[:12]]])
    told = attack(counts, np.array([True] + [False] * 12), sums)
    assert told.lower[0] == told.upper[0] == 2


def test_only_what_is_named_leaves() -> None:
    made = release(published(), K)
    assert set(made.tables) == {one.name for one in RELEASED}
    for one in RELEASED:
        assert made.tables[one.name].columns == list(one.names)
        assert not INSIDE & set(one.names)
        assert set(one.names) - {"suppressed"} <= set(TABLES[one.name].names)


@pytest.mark.parametrize("table", ["crime_month", "crime_year"])
def test_a_release_is_the_same_whatever_the_order_of_rows(table: str) -> None:
    tables = published()
    turned = {name: frame.reverse() for name, frame in tables.items()}
    assert release(tables, K).tables[table].equals(release(turned, K).tables[table])


def test_no_table_of_places_or_of_where_units_are_ever_leaves() -> None:
    """Every table that names a cell, a unit or its area; none can be added to the allow-list."""
    named = {table.name for table in PUBLISHED if {"cell", "cell_codes", "area_share"} & set(table.names)}
    assert named <= set(ROOM) <= {table.name for table in PUBLISHED}
    of_units = {table.name for table in PUBLISHED if {"deployment_id", "hours"} & set(table.names)}
    assert {"deployment", "patrol_hours", "deployment_effect"} <= of_units <= set(released.INSIDE)
    assert {one.name for one in RELEASED} & set(released.INSIDE) == set()
    inside = [table for table in PUBLISHED if table.name in released.INSIDE]
    for table in inside:
        with pytest.raises(ValueError, match=f"{table.name} tells of cells or units inside a station"):
            _released(table, "incidents", "month")
    everything = published() | {table.name: table for table in inside}
    assert set(release(everything, K).tables) == {"crime_month", "crime_year"}
    assert "밖" in STAYS_INSIDE.ko
