from datetime import date
from itertools import product

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import Form, answer, cell, shown


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (1234, "count", "1,234"), (9.96, "count", "10.0"), (12.6, "count", "13"), (0.0, "count", "0"),
        (0, "count", "0"),
        (-3.4, "count", "−3.4"), (7.0, "count", "7"), (None, "count", "–"), (0.856, "share", "86%"),
        (12.4, "percent", "+12%"), (-12.4, "percent", "−12%"), (-0.3, "percent", "0%"), (0.3, "percent", "0%"),
        (341.0, "clock", "5:41"), (59.6, "clock", "1:00"), (3725.0, "clock", "62:05"), (-0.004, "decimal", "0.00"),
        (-2.5, "decimal", "−2.50"), (1.56, "ratio", "1.6"), (5.0, "signed", "+5"), (-5.25, "signed", "−5.2"),
        (0, "signed", "0"),
    ],
)  # fmt: skip
def test_numbers_are_written_so(value: float | None, form: Form, text: str) -> None:
    assert shown(value, form) == text


def test_a_cell_names_its_table_key_and_column_and_keeps_the_value() -> None:
    row = {"district": 'a";b=c', "crime_type": "theft", "incidents": 1234}
    assert str(cell(row, "outlook", "incidents")) == (
        '<data value="1234" data-table="outlook" data-key="district=a%22%3Bb%3Dc;crime_type=theft" '
        'data-column="incidents" data-form="count">1,234</data>'
    )


def test_what_is_not_known_is_a_dash_and_no_number() -> None:
    row = {"district": "a", "crime_type": "theft", "incidents": None}
    assert "data-" not in str(cell(row, "outlook", "incidents"))
    assert "data-" not in str(answer(None, "select null"))


def test_rows_looked_for_are_those_of_a_filter_in_the_tables_order() -> None:
    month = date(2024, 3, 1)
    places, months, hours = ("b", "a", None), (month, date(2024, 2, 1), None), (1, 0, None)
    rows = list(product(places, months, hours)) * 2
    table = pl.DataFrame(rows, ("district", "month", "hour"), orient="row").with_row_index("row")
    agency = load_agency(packaged())
    made_of = Material({"t": table}, agency, agency.root, "ko")
    asked = [dict(zip(table.columns[1:], one, strict=True)) for one in product((*places, "c"), months, hours)]
    for equal in [{"district": "a"}, {"hour": 1}, {"district": "a", "hour": 7}, *asked, *asked]:
        found = table.filter(*(pl.col(name) == pl.lit(value) for name, value in equal.items())).to_dicts()
        assert made_of.rows("t", **equal) == found, equal
        assert made_of.row("t", **equal) == next(iter(found), None)
