"""What daily counts may look like, the sentence where they do not, and the months they make."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from forecasts.panel import PanelError
from forecasts.running.days import last_whole_months, so_far, tidy_days, whole_months

ROWS = {"district": ["B", "A"], "crime_type": ["theft"] * 2, "date": ["2024-03-02", "2024-03-01"], "count": [2, 0]}


def days(first: date, last: date, count: float = 1.0) -> pl.DataFrame:
    """One series, a row a day."""
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return pl.DataFrame({"district": "A", "crime_type": "theft", "date": dates, "count": count})


def test_days_come_back_typed_and_sorted() -> None:
    made = tidy_days(pl.DataFrame(ROWS))
    assert made.rows() == [("", "A", "theft", date(2024, 3, 1), 0.0), ("", "B", "theft", date(2024, 3, 2), 2.0)]
    assert tidy_days(made).equals(made)


def test_a_day_may_be_a_midnight_and_no_other_moment() -> None:
    given = pl.DataFrame(ROWS).with_columns(date=pl.Series([datetime(2024, 3, 2), datetime(2024, 3, 1)]))  # noqa: DTZ001 - a day has no zone
    assert tidy_days(given).equals(tidy_days(pl.DataFrame(ROWS)))
    with pytest.raises(PanelError, match="expected dates"):
        tidy_days(given.with_columns(pl.col("date") + pl.duration(hours=9)))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"date": ["2024-02-30", "2024-03-01"]}, "'2024-02-30' is no day"),
        ({"date": [202403, 202403]}, "column date is Int64"),
        ({"date": ["2024-03-01"] * 2, "district": ["A", "A"]}, "A, theft, 2024-03-01 stands more than once"),
        ({"count": [2, -1]}, "A, theft, 2024-03-01 has count -1"),
        ({"count": [float("inf"), 1.0]}, "B, theft, 2024-03-02 has count inf"),
        ({"count": ["2", "1"]}, "column count is String"),
        ({"count": pl.Series([None, None], dtype=pl.Int64)}, "no row has a count"),
        ({"district": [None, "A"]}, "column district is null in 1 rows"),
    ],
)
def test_what_is_no_day_or_count_is_refused(changed: dict[str, object], said: str) -> None:
    with pytest.raises(PanelError, match=said):
        tidy_days(pl.DataFrame(ROWS | changed))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(PanelError, match=r"\['date'\] are missing"):
        tidy_days(pl.DataFrame(ROWS).drop("date"))


def test_a_month_is_whole_where_every_day_of_it_is_known() -> None:
    known = tidy_days(days(date(2024, 1, 1), date(2024, 3, 30)))
    assert whole_months(known).select("month", "count").rows() == [(date(2024, 1, 1), 31.0), (date(2024, 2, 1), 29.0)]
    gap = known.filter(pl.col("date") != date(2024, 1, 17))
    assert whole_months(gap)["month"].to_list() == [date(2024, 2, 1)]


def test_the_first_days_are_a_share_of_the_month_where_all_are_known() -> None:
    known = tidy_days(days(date(2024, 1, 1), date(2024, 3, 12), 2.0))
    assert so_far(known, 17).select("month", "so_far", "share").rows() == [
        (date(2024, 1, 1), 34.0, 17 / 31), (date(2024, 2, 1), 34.0, 17 / 29),
    ]  # fmt: skip
    assert so_far(known, 31).select("so_far", "share").rows() == [(62.0, 1.0), (58.0, 1.0)]


def test_more_months_than_there_are_is_said() -> None:
    months = whole_months(tidy_days(days(date(2024, 1, 1), date(2024, 3, 30))))
    assert last_whole_months(months, 2) == [date(2024, 1, 1), date(2024, 2, 1)]
    with pytest.raises(PanelError, match=r"2 months are whole.*3 were asked for"):
        last_whole_months(months, 3)
