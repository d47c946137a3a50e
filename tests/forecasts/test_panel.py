"""What a panel may look like, and the sentence where it does not."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.panel import PanelError, first_and_last_month, has_cities, tidy_panel
from forecasts.panel_month import first_of_month

ROWS = {"district": ["B", "A"], "crime_type": ["theft", "theft"], "month": ["2024-03", "2024-03-01"], "count": [2, 1]}


def test_a_panel_comes_back_typed_and_sorted() -> None:
    panel = tidy_panel(pl.DataFrame(ROWS))
    assert panel.schema == {
        "city": pl.String,
        "district": pl.String,
        "crime_type": pl.String,
        "month": pl.Date,
        "count": pl.Float64,
    }
    assert panel.rows() == [("", "A", "theft", date(2024, 3, 1), 1.0), ("", "B", "theft", date(2024, 3, 1), 2.0)]
    assert not has_cities(panel)


def test_a_tidy_panel_comes_back_equal() -> None:
    panel = tidy_panel(pl.DataFrame(ROWS | {"city": ["g", "g"]}))
    assert has_cities(panel)
    assert tidy_panel(panel).equals(panel)


@pytest.mark.parametrize("kind", [pl.Date, pl.Datetime("ms")])
def test_months_may_be_dates_or_midnights(kind: pl.DataType) -> None:
    months = pl.Series([datetime(2024, 3, 1), datetime(2023, 1, 1)]).cast(kind)  # noqa: DTZ001 - a month has no zone
    panel = tidy_panel(pl.DataFrame(ROWS | {"month": months}))
    assert first_and_last_month(panel) == (date(2023, 1, 1), date(2024, 3, 1))


def utc(*moments: str) -> pl.Series:
    return pl.Series(moments).str.to_datetime("%Y-%m-%d %H:%M", time_unit="us", time_zone="UTC")


@pytest.mark.parametrize("zone", ["Asia/Seoul", "UTC", "America/New_York"])
@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_a_month_with_a_time_zone_is_the_month_there(zone: str, unit: str) -> None:
    written = pl.Series(["2020-01-01", "2020-02-01"]).str.to_date().cast(pl.Datetime(unit)).dt.replace_time_zone(zone)
    panel = tidy_panel(pl.DataFrame(ROWS | {"month": written}))
    assert first_and_last_month(panel) == (date(2020, 1, 1), date(2020, 2, 1))


def test_months_of_one_clock_kept_in_utc_are_the_months_of_that_clock() -> None:
    panel = tidy_panel(pl.DataFrame(ROWS | {"month": utc("2020-01-31 15:00", "2019-12-31 15:00")}))
    assert panel.rows() == [("", "A", "theft", date(2020, 1, 1), 1.0), ("", "B", "theft", date(2020, 2, 1), 2.0)]
    london = tidy_panel(pl.DataFrame(ROWS | {"month": utc("2020-03-31 23:00", "2020-03-01 00:00")}))
    assert first_and_last_month(london) == (date(2020, 3, 1), date(2020, 4, 1)), "its clock went forward between them"


@pytest.mark.parametrize(
    "moments",
    [
        ("2020-01-31 15:00", "2020-01-01 00:00"),
        ("2020-01-31 00:00", "2020-02-29 00:00"),
        ("2020-01-31 23:59", "2020-02-29 23:59"),
        ("2020-01-15 00:00", "2020-02-15 00:00"),
        ("2020-01-01 18:00", "2020-02-01 18:00"),
    ],
    ids=["two clocks", "month ends", "last minutes", "mid-month", "evenings"],
)
def test_a_moment_that_is_no_clocks_month_is_refused(moments: tuple[str, str]) -> None:
    with pytest.raises(PanelError, match=r"is not midnight of the first day of a month, in UTC or .* give YYYY-MM"):
        tidy_panel(pl.DataFrame(ROWS | {"month": utc(*moments)}))


zones = st.sampled_from([
    "Asia/Seoul", "Asia/Kolkata", "Asia/Kathmandu", "Europe/London", "America/Sao_Paulo", "America/Los_Angeles",
    "Pacific/Honolulu", "Pacific/Auckland", "Australia/Adelaide", "UTC",
])  # fmt: skip
months = st.lists(
    st.dates(date(1995, 1, 1), date(2035, 12, 1)).map(lambda day: day.replace(day=1)), min_size=1, max_size=30
)


@pytest.mark.slow
@given(zone=zones, firsts=months, shown_in=zones)
def test_however_a_zones_months_are_shown_they_are_never_read_as_others(zone, firsts, shown_in) -> None:
    moments = [datetime.combine(day, datetime.min.time(), ZoneInfo(zone)) for day in firsts]
    shown = pl.Series(moments, dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone(shown_in)
    for column in (shown, shown.dt.to_string("iso:strict")):
        read = first_of_month(column)
        assert read is not None
        assert all(got in (None, day) for got, day in zip(read, firsts, strict=True))
        if zone == shown_in:
            assert read.to_list() == firsts


forms = st.sampled_from([
    "%Y-%m", "%Y%m", "%Y/%m", "%Y.%m", "%Y-%m-%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT00:00:00.000",
    "%Y-%m-%dT00:00Z", "%Y-%m-%d 00:00:00+09:00", "%Y-%m-%dT00:00:00-0500",
])  # fmt: skip


@given(firsts=months, form=forms)
def test_text_and_numbers_of_a_month_come_back_as_it(firsts, form) -> None:
    text = pl.Series([f"{day:{form}}" for day in firsts])
    written = [text, text.cast(pl.Categorical)]
    if form in ("%Y%m", "%Y%m%d"):
        written += [text.cast(pl.Int64), text.cast(pl.Float64)]
    for column in written:
        read = first_of_month(column)
        assert read is not None
        assert read.to_list() == firsts


def test_a_null_count_is_a_month_nobody_knows() -> None:
    assert tidy_panel(pl.DataFrame(ROWS | {"count": [None, 1]}))["district"].to_list() == ["A"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"count": [2, -1]}, r"A, theft, 2024-03 has count -1 .* settle reversals"),
        ({"count": [2.0, float("inf")]}, r"A, theft, 2024-03 has count inf"),
        ({"count": ["2", "1"]}, r"column count is String; expected numbers"),
        ({"count": pl.Series([None, None], dtype=pl.Int64)}, r"no row has a count"),
        ({"district": ["A", "A"]}, r"A, theft, 2024-03 stands more than once"),
        ({"district": ["A", None]}, r"column district is null in 1 rows"),
        ({"month": ["2024-03", "2024-03-02"]}, r"'2024-03-02' is not the first day of a month"),
        ({"month": ["2024-03", "2024-13"]}, r"'2024-13' is not the first day of a month"),
        ({"month": ["2024-03", "March"]}, r"'March' is not the first day of a month"),
        ({"month": ["2024-03", None]}, r"column month is null \(1 rows like it\); give YYYY-MM"),
        (
            {"month": [date(2024, 3, 31), date(2024, 2, 29)]},
            r"'2024-03-31' is not the first .* \(2 rows .*give YYYY-MM",
        ),
        ({"month": [2024, 2023]}, r"'2024' is a year, and months are forecast"),
        ({"month": ["2024", "2023"]}, r"'2024' is a year"),
        ({"month": [3, 2]}, r"'3' does not say of which year"),
        ({"month": [202413, 202402]}, r"'202413' is not the first day of a month \(1 rows like it\)"),
        ({"month": [1709251200, 1709251200]}, r"'1709251200' is not the first day"),
        ({"month": [202403.5, 202402.0]}, r"column month is Float64; expected a date or text, so give YYYY-MM"),
        ({"month": [True, False]}, r"column month is Boolean; expected a date"),
    ],
)
def test_what_cannot_be_forecast_is_refused_with_its_reason(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(PanelError, match=sentence):
        tidy_panel(pl.DataFrame(ROWS | change))


@pytest.mark.parametrize("column", ["district", "crime_type", "month", "count"])
def test_a_missing_column_is_named(column: str) -> None:
    with pytest.raises(PanelError, match=rf"columns \['{column}'\] are missing"):
        tidy_panel(pl.DataFrame(ROWS).drop(column))
