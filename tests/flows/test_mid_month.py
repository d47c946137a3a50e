"""A meeting called in mid-month: the running month to date beside the same days of earlier years, no whole months."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.flows import town
from tests.flows.places import Place, Said, months

pytestmark = pytest.mark.slow
FEBRUARY, MARCH, AS_OF, THROUGH = date(2022, 2, 1), date(2022, 3, 1), "2022-03-10", date(2022, 3, 9)
DAILY = (
    town.INCIDENTS.replace('name = "incidents"', 'name = "daily"')
    .replace('files = ["incidents_*.csv"]', 'files = ["daily_*.csv"]')
    .replace('cadence = "month"', 'cadence = "day"')
    .replace('covers = "month"', 'covers = "day"')
    .replace(r"""pattern = '_(?P<year>\d{4})-(?P<month>\d{2})_'""",
             r"""pattern = '_(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})_'""")
)  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A town of monthly exports through February 2022 (East: ten thefts, a day apart from the first), met in March."""
    folder = tmp_path_factory.mktemp("mid-month") / "town"
    place = at(folder)
    town.write_agency(place.agency)
    for month in months(town.FIRST, 14):
        town.put(place, month)
    return folder, place.bring("2022-03", AS_OF)


def at(folder: Path) -> Place:
    return Place(folder / "home", folder / "agency", folder / "inbox", {"CHIAN_LANG": "en"})


@pytest.fixture
def place(told: tuple[Path, Said], tmp_path: Path) -> Place:
    """That town, a copy of each test's own."""
    return at(shutil.copytree(told[0], tmp_path / "town"))


@pytest.fixture
def daily(place: Place) -> Place:
    """March has come since, a file a day: two thefts of East's in each."""
    (place.agency / "sources" / "daily.toml").write_text(DAILY, "utf-8")
    toml = place.agency / "agency.toml"
    both = 'order = { crime = ["incidents", "daily"] }'
    toml.write_text(toml.read_text("utf-8").replace('order = { crime = ["incidents"] }', both), "utf-8")
    for n in range(THROUGH.day):
        day = MARCH + timedelta(days=n)
        rows = [f"d{n}{k},{day},동부,1,1" for k in range(2)]
        name = f"daily_{day}_x{day + timedelta(days=1):%Y%m%d}.csv"
        (place.inbox / name).write_text("\n".join([town.HEADER, *rows]) + "\n", "utf-8")
    return place


def test_the_running_month_is_told_to_date_and_the_meeting_looks_at_the_last_that_is_over(daily: Place) -> None:
    place = daily
    said = place.bring("2022-03", AS_OF)
    assert said.out.startswith("2022-03 is still running: counted through 2022-03-09")
    assert "signals and forecasts are of 2022-02" in said.out

    east = place.table("crime_to_date").filter(pl.col("district") == "east", pl.col("crime_type") == "theft")
    [row] = east.to_dicts()
    assert (row["month"], row["through"]) == (MARCH, THROUGH)
    assert (row["incidents"], row["same_days_last_year"]) == (18, 9)

    assert place.table("publication")["month"].to_list() == [FEBRUARY]
    assert set(place.table("outlook")["month"]) == {FEBRUARY}
    forecast = place.table("forecast")
    assert forecast["origin_month"].max() == FEBRUARY
    assert forecast.filter(pl.col("origin_month") == FEBRUARY)["month"].min() == MARCH
    assert place.table("forecast_score")["month"].max() <= FEBRUARY
    assert not place.table("crime_month").filter((pl.col("month") == MARCH) & pl.col("complete")).height

    running = place.table("running_month").filter(pl.col("crime_type") == "theft")
    assert running["through"].unique().to_list() == [THROUGH]
    at = {(name, month): row for row in running.to_dicts() for name, month in [(row["district"], row["month"])]}
    assert (at["east", MARCH]["days"], at["east", MARCH]["counted"]) == (9, 18)
    # Ten thefts a month were forecast, and 18 in nine days are known: more than those, and fewer than their pace.
    [said_before] = forecast.filter(
        pl.col("origin_month") == FEBRUARY, pl.col("month") == MARCH, district="east", crime_type="theft"
    ).to_dicts()
    assert 18 <= at["east", MARCH]["lower_95"] < at["east", MARCH]["mean"] < 18 / 9 * 31
    assert said_before["mean"] < at["east", MARCH]["mean"]
    assert set(running["district"]) == {"east"}, "nothing has come of West's, so the town's count lacks it"
    assert at["east", MARCH]["probability_above_last_year"] > 0.95

    # Asked without a month, the same day gives the same run: nothing is computed twice.
    run_id = place.run_id()
    again = place.walk(None, AS_OF)  # type: ignore[arg-type]  # as the command line passes it where --month is not given
    assert again.status == 0
    assert place.run_id() == run_id
    assert "2022-03 is still running" in again.out


def test_a_running_month_without_days_is_said_to_have_none(told: tuple[Path, Said]) -> None:
    place, said = at(told[0]), told[1]
    assert "2022-03 is still running, and no export tells its days yet" in said.out
    assert place.table("crime_to_date").is_empty()
    assert place.table("running_month").is_empty()
    assert place.table("publication")["month"].to_list() == [FEBRUARY]


def daily_rows(last: date) -> str:
    """Two thefts a day of East's and one of West's, from the first of March on."""
    days = [MARCH + timedelta(days=n) for n in range((last - MARCH).days + 1)]
    rows = [f"m{day:%d}{k},{day},{'동부' if k else '서부'},1,1" for day in days for k in range(3)]
    return "\n".join([town.HEADER, *rows]) + "\n"


def through(place: Place, last: int) -> None:
    """The month is told through this day, and its parts add up."""
    [row] = place.table("crime_to_date").filter(district="east", crime_type="theft").to_dicts()
    assert (row["through"], row["incidents"]) == (MARCH.replace(day=last), 2 * last)
    running = place.table("running_month").filter(crime_type="theft")
    assert running.filter(pl.col("days") > 0)["days"].unique().to_list() == [last]
    for (_,), rows in running.group_by("month"):
        mean = dict(rows.select("district", "mean").iter_rows())
        assert mean["east"] + mean["west"] == pytest.approx(mean["town"])


def test_the_month_is_told_through_its_last_day_with_a_row_where_that_is_no_chance(place: Place) -> None:
    """A system that books two days behind makes a file without rows of those: they were no days without a crime."""
    (place.inbox / "incidents_2022-03_x20220310.csv").write_text(daily_rows(MARCH.replace(day=7)), "utf-8")
    place.bring("2022-03", AS_OF)
    through(place, 7)


def test_a_day_without_a_row_that_may_be_chance_is_told(place: Place) -> None:
    row = f"m1,{MARCH.replace(day=8)},동부,1,1"
    (place.inbox / "incidents_2022-03_x20220310.csv").write_text(f"{town.HEADER}\n{row}\n", "utf-8")
    place.bring("2022-03", AS_OF)
    assert place.table("crime_to_date")["through"].unique().to_list() == [THROUGH]


def test_days_that_are_not_booked_yet_are_no_days_of_which_little_is_reported(place: Place) -> None:
    """Each export ends two days before it was made, and nothing of what it tells ever grows."""
    for made_on in (5, 8, 10):
        text = daily_rows(MARCH.replace(day=made_on - 3))
        (place.inbox / f"incidents_2022-03_x202203{made_on:02}.csv").write_text(text, "utf-8")
    place.bring("2022-03", AS_OF)
    running = place.table("running_month").filter(pl.col("days") > 0)
    assert running["days"].unique().to_list() == [7]
    assert running["completeness"].unique().to_list() == [1.0]


def test_what_is_not_reported_yet_is_allowed_for_as_earlier_days_tell(place: Place) -> None:
    """Of every month delivered again a month later East has six thefts more; March, through the 9th, is as young."""
    (place.inbox / "incidents_2022-03_x20220310.csv").write_text(daily_rows(THROUGH), "utf-8")
    place.bring("2022-03", AS_OF)
    through(place, THROUGH.day)
    known = place.table("running_month").filter(district="east", crime_type="theft", month=MARCH).row(0, named=True)
    assert known["completeness"] == 1
    for month in months(town.FIRST, 13):
        town.put(place, month, town.exported(town.exported(month)), east=6)
    place.bring("2022-03", AS_OF)
    [late] = place.table("running_month").filter(district="east", crime_type="theft", month=MARCH).to_dicts()
    assert late["completeness"] < 0.9
    assert late["counted"] == known["counted"]
    assert late["mean"] > known["mean"]


def test_the_day_of_the_export_is_not_counted_for_it_is_not_over(place: Place) -> None:
    """A file of the month so far, made on the 10th at some hour: through is the 9th, in both years."""
    rows = [f"m{n}{k},{MARCH + timedelta(days=n)},동부,1,1" for n in range(10) for k in range(2)]
    (place.inbox / "incidents_2022-03_x20220310.csv").write_text("\n".join([town.HEADER, *rows]) + "\n", "utf-8")
    said = place.bring("2022-03", AS_OF)
    assert "2022-03 is still running: counted through 2022-03-09" in said.out
    east = place.table("crime_to_date").filter(pl.col("district") == "east", pl.col("crime_type") == "theft")
    [row] = east.to_dicts()
    assert (row["through"], row["incidents"], row["same_days_last_year"]) == (THROUGH, 18, 9)
