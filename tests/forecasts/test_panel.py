"""What a panel may look like, and the sentence where it does not."""

from datetime import date, datetime

import polars as pl
import pytest

from forecasts.panel import PanelError, first_and_last_month, has_cities, tidy_panel

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
        ({"month": [202403, 202402]}, r"column month is Int64; expected a date"),
    ],
)
def test_what_cannot_be_forecast_is_refused_with_its_reason(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(PanelError, match=sentence):
        tidy_panel(pl.DataFrame(ROWS | change))


@pytest.mark.parametrize("column", ["district", "crime_type", "month", "count"])
def test_a_missing_column_is_named(column: str) -> None:
    with pytest.raises(PanelError, match=rf"columns \['{column}'\] are missing"):
        tidy_panel(pl.DataFrame(ROWS).drop(column))
