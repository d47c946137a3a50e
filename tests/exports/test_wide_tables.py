"""Types, months, districts and measures as columns: one table in every shape gives the same facts."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.agency import AgencyError
from transforms.exports import ExportRefused

HEAD = """
name = "count"
kind = "{kind}"
title = "월별"
title_en = "Monthly"
files = ["count_*.csv"]
format = "csv"
nulls = ["", "-", "NA"]
levels = ["station"]
codes = "codes"
[period]
covers = "{covers}"
pattern = '_(?P<year>\\d{{4}})(?P<month>\\d\\d)?'
"""
MONTHLY = HEAD.format(kind="crime_count", covers="year")
STATION = 'station = { names = ["station"] }\n'
TYPE = 'crime_type = { names = ["type"] }\n'
MONTH = 'month = { names = ["month"] }\n'
INCIDENTS = 'incidents = { names = ["n"] }\ncleared = { names = ["c"], required = false }\n'
LONG = f"{MONTHLY}[columns]\n{STATION}{TYPE}{MONTH}{INCIDENTS}"
Cell = tuple[str, str, str]

STATIONS = {"east": "동부", "west": "서부"}
TYPES = {"theft": "절도", "violence": "폭력"}
MONTHS = ("2023-01", "2023-02", "2023-11")
CELLS: list[Cell] = [(d, t, m) for d in STATIONS for t in TYPES for m in MONTHS]
SHAPES: dict[str, str] = {
    "types": f"{MONTHLY}[columns]\n{STATION}{MONTH}[wide.columns]\n"
    '"절도" = "theft"\n"폭력" = "violence"\n"절도 검거" = {{ crime_type = "theft", measure = "cleared" }}\n'
    '"폭력 검거" = {{ crime_type = "violence", measure = "cleared" }}\n'.replace("{{", "{").replace("}}", "}"),
    "types and measures": f"{MONTHLY}[columns]\n{STATION}{MONTH}[wide]\n"
    "pattern = '(?P<crime_type>\\S+?)( (?P<measure>발생|검거))'\n"
    'measures = { "발생" = "incidents", "검거" = "cleared" }\n',
    "months": f'{MONTHLY}[columns]\n{STATION}{TYPE}measure = {{ names = ["measure"] }}\n'
    '[measures]\n"발생" = "incidents"\n"검거" = "cleared"\n[wide]\npattern = \'(?P<year>\\d{4})(?P<month>\\d\\d)\'\n',
    "numbered months": f'{MONTHLY}[columns]\n{STATION}{TYPE}measure = {{ names = ["measure"] }}\n'
    '[measures]\n"발생" = "incidents"\n"검거" = "cleared"\n[wide]\npattern = \'(?P<month>\\d+)월\'\n',
    "districts": f'{MONTHLY}[columns]\n{TYPE}{MONTH}measure = {{ names = ["measure"] }}\n'
    '[measures]\n"발생" = "incidents"\n"검거" = "cleared"\n'
    '[wide.columns]\n"동" = { district = "동부서" }\n"서" = { district = "서부" }\n',
    "all": f"{MONTHLY}[columns]\n{STATION}[wide]\n"
    "pattern = '(?P<crime_type>[^\\d ]+) (?P<measure>발생|검거) (?P<year2>\\d\\d)[.](?P<month>\\d+)'\n"
    'crime_types = { "절도" = "theft", "폭력" = "violence" }\n'
    'measures = { "발생" = "incidents", "검거" = "cleared" }\n',
}


def facts(one: object) -> dict[Cell, tuple[int | None, int | None]]:
    """Incidents and cleared by district, crime type and month; cells told in several rows are put together."""
    rows = one.rows.group_by("district", "crime_type", "month").agg(  # type: ignore[attr-defined]
        pl.when((pl.col("incidents").is_null() & pl.col("cleared").is_null()).any())
        .then(None)
        .otherwise(pl.col("incidents").sum())
        .alias("incidents"),
        pl.col("cleared").drop_nulls().first(),
    )
    return {(d, t, f"{m:%Y-%m}"): (i, c if i is not None else None) for d, t, m, i, c in rows.iter_rows()}


def written(shape: str, table: dict[Cell, tuple[int | None, int | None]]) -> str:
    """A table in a shape, an unknown count as a dash."""
    shown = {cell: ["-" if value is None else str(value) for value in values] for cell, values in table.items()}
    lines: list[list[str]] = []
    if shape in ("types", "types and measures"):
        first, second = ("{}", "{} 검거") if shape == "types" else ("{} 발생", "{} 검거")
        lines = [["station", "month", *(form.format(t) for t in TYPES.values() for form in (first, second))]]
        lines += [[n, m, *(v for t in TYPES for v in shown[d, t, m])] for d, n in STATIONS.items() for m in MONTHS]
    elif shape in ("months", "numbered months"):
        heads = [m.replace("-", "") if shape == "months" else f"{int(m[5:])}월" for m in MONTHS]
        lines = [["station", "type", "measure", *heads]]
        lines += [
            [n, t, what, *(shown[d, t, m][i] for m in MONTHS)]
            for d, n in STATIONS.items()
            for t in TYPES
            for i, what in enumerate(("발생", "검거"))
        ]
    elif shape == "districts":
        lines = [["type", "month", "measure", "동", "서"]]
        lines += [
            [t, m, what, *(shown[d, t, m][i] for d in STATIONS)]
            for t in TYPES
            for m in MONTHS
            for i, what in enumerate(("발생", "검거"))
        ]
    else:
        heads = [f"{TYPES[t]} {what} {m[2:4]}.{int(m[5:])}" for t in TYPES for m in MONTHS for what in ("발생", "검거")]
        lines = [["station", *heads]]
        lines += [[n, *(v for t in TYPES for m in MONTHS for v in shown[d, t, m])] for d, n in STATIONS.items()]
    return "".join(",".join(line) + "\n" for line in lines)


COUNTS = st.one_of(st.none(), st.integers(0, 500))
TABLES = st.fixed_dictionaries({cell: st.tuples(COUNTS, COUNTS) for cell in CELLS})


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=TABLES)
def test_every_shape_of_a_table_says_what_the_long_one_says(
    read: Callable, shape: str, table: dict[Cell, tuple[int | None, int | None]]
) -> None:
    # A month or a station of which the table does not hold one number says nothing.
    told = {m: any(i is not None for (_, _, month), (i, _) in table.items() if month == m) for m in MONTHS}
    if not all(told.values()):
        return
    long = "station,type,month,n,c\n" + "".join(
        f"{STATIONS[d]},{t},{m},{'' if i is None else i},{'' if c is None else c}\n"
        for (d, t, m), (i, c) in table.items()
    )
    expected = {cell: (i, c if i is not None else None) for cell, (i, c) in table.items()}
    assert facts(read("count_2023.csv", long, LONG)) == expected
    assert facts(read("count_2023.csv", written(shape, table), SHAPES[shape])) == expected


def test_incidents_and_clearances_side_by_side(read: Callable) -> None:
    text = "station,절도 발생,절도 검거,폭력 발생,폭력 검거\n동부,10,5,7,6\n서부,3,2,1,1\n"
    layout = SHAPES["types and measures"].replace(MONTH, "").replace('covers = "year"', 'covers = "month"')
    one = read("count_202403.csv", text, layout)
    assert one.rows.drop("row_number", "unit", "month").rows() == [
        ("east", "theft", 10, 5),
        ("east", "violence", 7, 6),
        ("west", "theft", 3, 2),
        ("west", "violence", 1, 1),
    ]
    assert (one.outcome.rows_read, one.outcome.rows_accepted, one.outcome.notes) == (2, 2, ())


def test_months_that_appear_later_are_read_and_those_to_come_are_not(read: Callable) -> None:
    layout = SHAPES["numbered months"]
    text = "station,type,measure,1월,2월,3월,4월\n동부,theft,발생,10,7,0,\n서부,theft,발생,1,2,0,\n"
    one = read("count_2024.csv", text, layout, received=date(2024, 2, 29))
    assert [(f"{m:%m}", n) for m, n in one.rows.sort("row_number", "month").select("month", "incidents").rows()] == [
        ("01", 10),
        ("02", 7),
        ("01", 1),
        ("02", 2),
    ]
    (note,) = one.outcome.notes
    assert (note.code, note.values["columns"], note.values["n"]) == ("note_columns_outside", "3월", 2)
    assert one.reading.period_to == date(2024, 2, 29)


def test_a_table_of_other_months_than_its_name_says_is_refused(read: Callable) -> None:
    layout = SHAPES["months"]
    with pytest.raises(ExportRefused) as refused:
        read(
            "count_2023.csv", "station,type,measure,202201,202202\n동부,theft,발생,10,7\n서부,theft,발생,1,2\n", layout
        )
    assert refused.value.code == "not_what_its_name_says"


def test_a_table_without_a_column_that_fits_is_refused(read: Callable) -> None:
    with pytest.raises(ExportRefused) as refused:
        read("count_2023.csv", "station,type,measure,jan,feb\n동부,theft,발생,10,7\n", SHAPES["numbered months"])
    assert refused.value.code == "missing_column"
    with pytest.raises(ExportRefused) as refused:
        read("count_2023.csv", "station,type,measure,1월,01월\n동부,theft,발생,10,7\n", SHAPES["numbered months"])
    assert refused.value.code == "ambiguous_column"


def test_years_as_columns(read: Callable) -> None:
    layout = (
        HEAD.format(kind="crime_year", covers="year").replace("pattern", 'source = "content"\n#').replace("\n#", "\n# ")
        + f"[columns]\n{STATION}{TYPE}[wide]\npattern = '(?P<year>(19|20)\\d\\d)년?'\n"
    )
    one = read("count_2023.csv", "station,type,2021,2022년\n동부,theft,10,7\n서부,theft,1,-\n", layout)
    assert one.rows.select("year", "district", "incidents").rows() == [
        (2021, "east", 10),
        (2022, "east", 7),
        (2021, "west", 1),
        (2022, "west", None),
    ]
    assert (one.reading.period_from, one.reading.period_to) == (date(2021, 1, 1), date(2022, 12, 31))


def test_a_total_among_districts_as_columns_is_not_read(read: Callable) -> None:
    layout = f"{MONTHLY}[columns]\n{TYPE}{MONTH}[wide]\npattern = '(?P<district>\\S+)'\n"
    one = read("count_2023.csv", "type,month,동부,서부,남부,총합계,하나경찰청\ntheft,2023-01,1,2,4,7,7\n", layout)
    assert sorted(one.rows.select("district", "incidents").rows()) == [("east", 1), ("unknown-hana", 4), ("west", 2)]
    assert one.outcome.unknown_districts == {"남부": 1}
    assert {note.code for note in one.outcome.notes} == {
        "note_columns_totals",
        "note_extra_columns",
        "note_unknown_districts",
    }


@pytest.mark.parametrize(
    ("columns", "wide", "said"),
    [
        (STATION, '[wide.columns]\n"1월" = "theft"\n', "names a month"),
        (STATION, '[wide.columns]\n"Mar-24" = "theft"\n', "names a month"),
        (STATION, '[wide.columns]\n"2023" = "theft"\n', "names a year"),
        (STATION + TYPE, "", "has no count"),
        (STATION + TYPE + 'incidents = { required = false }\n', "", "has no count"),
        (STATION + 'incidents = { names = ["n"] }\n', "", "does not say the crime type"),
        (STATION + TYPE, '[wide.columns]\n"절도" = "theft"\n', "say the same thing (crime_type)"),
        (STATION + MONTH, "[wide]\npattern = '(?P<crime_type>\\S+) (?P<month>\\d+)'\n", "say the same thing (month)"),
        (STATION + TYPE, "[wide]\npattern = '(?P<district>\\S+)'\n", "say the same thing (district)"),
        (STATION + INCIDENTS, '[wide.columns]\n"절도" = "theft"\n', "say the same thing (incidents)"),
        (STATION + TYPE, "[wide]\npattern = '(?P<mon>\\d+)'\n", "others: 'mon'"),
        (STATION + TYPE, "[wide]\npattern = '\\d+'\n", "one or more of the named groups"),
        (STATION + TYPE, "[wide]\npattern = '(?P<month>\\d+)(?P<measure>.)'\n", "go together"),
        (STATION + TYPE, '[wide.columns]\n"a" = { month = "13" }\n', "no month or year"),
        (STATION, '[wide.columns]\n"a" = { crime_type = "theft", month = "1" }\n"b" = "violence"\n', "the same things"),
        (STATION + TYPE, '[wide.columns]\n"a" = { measure = "cleared" }\n"b" = {}\n', "nothing is said"),
        (STATION, "[wide]\n", "needs `columns` or a `pattern`"),
        (STATION, '[wide.columns]\n"절도" = "arson"\n', "arson"),
    ],
)  # fmt: skip
def test_layouts_that_cannot_be_read_are_refused_with_the_folder(
    hana: Callable, columns: str, wide: str, said: str
) -> None:
    with pytest.raises(AgencyError) as refused:
        hana(f"{MONTHLY}[columns]\n{columns}{wide}")
    assert said in refused.value.sentence("en")


def test_columns_that_look_like_something_the_counts_are_of_are_told_loudly(read: Callable) -> None:
    layout = f'{MONTHLY}[columns]\n{STATION}{MONTH}[wide.columns]\n"계" = "theft"\n'
    one = read("count_2023.csv", "station,month,계,범죄,2월,폭력,서부서,비고\n동부,2023-01,1,2,3,4,5,6\n", layout)
    told = {note.code: note.values["columns"] for note in one.outcome.notes}
    assert told == {"note_unread_axes": "범죄, 2월, 폭력", "note_extra_columns": "범죄, 2월, 폭력, 서부서, 비고"}


def test_one_null_keeps_the_other_types_of_the_row(read: Callable) -> None:
    layout = f'{MONTHLY}[columns]\n{STATION}{MONTH}[wide.columns]\n"절도" = "theft"\n"폭력" = "violence"\n'
    one = read("count_2023.csv", "station,month,절도,폭력\n동부,2023-01,10,NA\n서부,2023-01,3,1\n", layout)
    assert facts(one) == {
        ("east", "theft", "2023-01"): (10, None),
        ("east", "violence", "2023-01"): (None, None),
        ("west", "theft", "2023-01"): (3, None),
        ("west", "violence", "2023-01"): (1, None),
    }
    assert (one.outcome.rows_accepted, [note.code for note in one.outcome.notes]) == (2, ["note_empty_counts"])


@pytest.mark.parametrize("formats", ["", ', formats = ["%m"]', ', formats = ["%b"]'])
def test_months_as_rows_and_years_as_columns(read: Callable, formats: str) -> None:
    """The year of a month stands in the header: the column has the month's number, or its name, and no more."""
    layout = MONTHLY.replace("covers", 'source = "content"\ncovers').replace("\npattern", "\n# pattern")
    month = f'month = {{ names = ["month"]{formats} }}\n'
    layout += f"[columns]\n{STATION}{TYPE}{month}[wide]\npattern = '(?P<year>20\\d\\d)'\n"
    name = "Feb" if "%b" in formats else "2"
    one = read("count_x.csv", f"station,type,month,2022,2023\n동부,절도,{name},3,5\n서부,절도,{name},4,6\n", layout)
    found = (
        one.rows.filter(pl.col("crime_type") == "theft")
        .select("month", "district", "incidents")
        .sort("month", "district")
    )
    assert found.rows() == [
        (date(2022, 2, 1), "east", 3),
        (date(2022, 2, 1), "west", 4),
        (date(2023, 2, 1), "east", 5),
        (date(2023, 2, 1), "west", 6),
    ]
