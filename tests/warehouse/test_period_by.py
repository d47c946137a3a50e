"""Crimes delivered by the day they were recorded on and counted in the month they occurred in."""

from datetime import date
from itertools import permutations

import pytest

JUNE = date(2024, 6, 1)
LATE = (
    ("incidents_2024-01_x20240203.csv", (("2024-01-02", "2024-01-05"), ("2023-12-30", "2024-01-02"))),
    ("incidents_2024-02_x20240303.csv", (("2024-01-30", "2024-02-01"), ("2024-02-10", "2024-02-11"))),
    ("incidents_2024-03_x20240403.csv", (("2024-01-15", "2024-03-20"), ("2024-03-01", "2024-03-31"))),
)
COUNTED = "select strftime(month, '%Y-%m'), sum(incidents)::int from core_crime group by month order by month"
COVERED = (
    "select strftime(month, '%Y-%m') from core_coverage where source = 'incidents' and days_covered > 0 order by month"
)


@pytest.fixture
def late(town):
    """The town, whose crimes count in the month they occurred in, delivered by the month they were recorded in."""
    layout = town.folder / "sources" / "incidents.toml"
    text = layout.read_text("utf-8").replace('counted_by = "recorded"', 'counted_by = "occurred"')
    text = text.replace("[columns]", '[columns]\noccurred_date = { names = ["occurred"] }')
    layout.write_text(text.replace('source = "name"', 'source = "name"\nby = "recorded"'), "utf-8")
    return town


def put(town, name: str, crimes: tuple[tuple[str, str], ...]) -> None:
    rows = [f"{name}-{n},{day},East,1,{occurred}\n" for n, (occurred, day) in enumerate(crimes)]
    town.put_text(name, "id,day,station,code,occurred\n" + "".join(rows))


def counts(town, warehouse, as_of: date = JUNE) -> dict[str, int]:
    warehouse.resolve(town.agency, as_of)
    return dict(warehouse.con.execute(COUNTED).fetchall())


def test_late_reports_add_to_the_month_they_occurred_in(late):
    for name, crimes in LATE:
        put(late, name, crimes)
    with late.open() as w:
        assert [file.status for file in late.read(w)] == ["accepted"] * 3
        assert counts(late, w, date(2024, 2, 3)) == {"2023-12": 1, "2024-01": 1}
        assert counts(late, w, date(2024, 3, 3)) == {"2023-12": 1, "2024-01": 2, "2024-02": 1}
        assert counts(late, w) == {"2023-12": 1, "2024-01": 3, "2024-02": 1, "2024-03": 1}
        # A month before the first delivery is not covered by the crimes of it that were recorded late.
        assert [month for (month,) in w.con.execute(COVERED).fetchall()] == ["2024-01", "2024-02", "2024-03"]
        told = w.revisions(late.agency, JUNE).filter(district="town", month=date(2024, 1, 1))
        assert told.select("exported_on", "incidents").rows() == [
            (date(2024, 2, 3), 1),
            (date(2024, 3, 3), 2),
            (date(2024, 4, 3), 3),
        ]


@pytest.mark.parametrize("order", permutations(range(3)))
def test_any_order_of_delivery_gives_the_same_counts(late, order):
    with late.open() as w:
        for n in order:
            put(late, *LATE[n])
            late.read(w)
            counts(late, w)
        assert counts(late, w) == {"2023-12": 1, "2024-01": 3, "2024-02": 1, "2024-03": 1}


def test_a_correction_replaces_what_was_recorded_in_its_month(late):
    for name, crimes in LATE:
        put(late, name, crimes)
    put(late, "incidents_2024-03_x20240410.csv", (("2024-03-01", "2024-03-31"), ("2024-02-29", "2024-03-01")))
    with late.open() as w:
        late.read(w)
        assert counts(late, w, date(2024, 4, 9)) == {"2023-12": 1, "2024-01": 3, "2024-02": 1, "2024-03": 1}
        assert counts(late, w) == {"2023-12": 1, "2024-01": 2, "2024-02": 2, "2024-03": 1}


def test_rows_are_judged_by_the_date_they_were_recorded_on(late):
    name = "incidents_2024-03_x20240403.csv"
    rows = (("2024-03-01", "2024-03-02"), ("2024-03-31", "2024-04-01"), ("2024-03-31", ""), ("", "2024-03-31"),
            ("2024-04-09", "2024-03-31"), ("2024-03-05", "2024-03-06"), ("2024-01-05", "2024-03-06"))  # fmt: skip
    put(late, name, rows)
    with late.open() as w:
        (file,) = late.read(w)
        found = file.outcome.rejected.select("row_number", "reason").rows()
        assert [reason for _, reason in found] == ["outside_period", "missing_value", "missing_value", "outside_period"]
        assert counts(late, w) == {"2024-01": 1, "2024-03": 2}


def test_a_period_by_a_date_that_is_not_read_is_refused_with_the_folder(town):
    layout = town.folder / "sources" / "incidents.toml"
    layout.write_text(layout.read_text("utf-8").replace('source = "name"', 'by = "occurred"'), "utf-8")
    with pytest.raises(Exception, match="occurred_date or occurred_at among"):
        _ = town.agency
