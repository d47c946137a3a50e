"""Points of an export: each usable one becomes a cell, whatever is wrong with one is told, and nothing else of it."""

import json
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.agency import Agency, load_agency
from tests.exports.conftest import AGENCY, DISTRICTS, Read, read_all
from transforms.exports import ExportFile, ExportRefused

Agencies, Files, Reads = Callable[..., Agency], Callable[..., ExportFile], Callable[..., Read]
NAME = "crime_2024-03.csv"
PLACES = "id,day,station,code,x,y\n"
X, Y = 953_950.0, 1_952_050.0
"""Seoul's city hall, nearly."""
FIVE = "".join(f"s{n},{n}서,S{n},,station,hana,,,\n" for n in range(5))


def layout(crime: str, axes: tuple[str, str] = ("x", "y"), points: str = 'crs = "EPSG:5179"') -> str:
    """The made-up agency's crimes with a point."""
    columns = "".join(f'{axis} = {{ names = ["{axis}"], required = false }}\n' for axis in axes)
    return f"{crime}{columns}[points]\n{points}\n"


def rows(*points: tuple[Any, Any], code: str = "104", stations: tuple[str, ...] = ("동부",)) -> str:
    told = zip(points, cycle(stations), strict=False)
    lines = [f'{n},2024-03-05,{station},{code},"{x}","{y}"' for n, ((x, y), station) in enumerate(told, 1)]
    return PLACES + "\n".join(lines) + "\n"


def near(n: int, x: float = X, y: float = Y) -> list[tuple[float, float]]:
    """So many points within half a kilometre, no two alike."""
    return [(x + 3.25 * i, y - 2.75 * i) for i in range(n)]


def notes(one: Read) -> dict[str, tuple[int, int]]:
    told = [note for note in one.outcome.notes if note.code.startswith("note_points_")]
    return {note.code.removeprefix("note_points_"): (note.values["n"], note.values["of"]) for note in told}


def test_a_point_becomes_a_cell(read: Reads, crime_layout: str) -> None:
    one = read(
        NAME, rows((X, Y), (X + 50, Y), ("953,999.9", Y)), layout(crime_layout).replace("key", "thousands = ','\nkey")
    )
    assert one.rows["cell"].to_list() == ["다사539520", "다사540520", "다사539520"]
    assert notes(one) == {}


def test_degrees_become_metres_of_the_grid(read: Reads, crime_layout: str) -> None:
    text = rows((126.97799, 37.56652)).replace("x,y", "longitude,latitude")
    one = read(NAME, text, layout(crime_layout, ("longitude", "latitude"), 'crs = "EPSG:4326"'))
    assert one.rows["cell"].to_list() == ["다사539520"], "Seoul's city hall"


def test_rows_without_a_usable_point_count_as_ever(read: Reads, crime_layout: str) -> None:
    odd = [("", Y), (0, 0), ("-1", "-1"), ("0.0", "0"), ("여기", Y), ("nan", Y), ("1e400", Y), (X, "37°33'"), (1, 2)]
    one = read(NAME, rows(*near(5), *odd), layout(crime_layout, points='crs = "EPSG:5179"\nmissing = ["-1"]'))
    assert one.rows["incidents"].sum() == 5 + len(odd)
    assert one.rows["cell"].null_count() == len(odd)
    assert notes(one) == {"missing": (4, 14), "unreadable": (4, 14), "outside": (1, 14)}
    assert one.reasons == []


def test_one_point_of_many_districts_is_a_default(hana: Agencies, file: Files, crime_layout: str) -> None:
    agency = hana(layout(crime_layout), districts=DISTRICTS + FIVE)
    at_city_hall = [(X, Y)] * 50
    five, four = (tuple(f"{n}서" for n in range(many)) for many in (5, 4))
    piled = read_all(file(NAME, rows(*at_city_hall, *near(9, X + 40), stations=five)), agency)
    assert notes(piled) == {"pile": (50, 59)}
    assert piled.rows["cell"].null_count() == 50
    assert notes(read_all(file(NAME, rows(*at_city_hall, stations=four)), agency)) == {}
    assert notes(read_all(file(NAME, rows(*at_city_hall[:-1], stations=five)), agency)) == {}
    apart = [(X + n / 100, Y) for n in range(50)]
    assert notes(read_all(file(NAME, rows(*apart, stations=five)), agency)) == {}, "of one cell, not of one point"


def test_axes_that_are_swapped_are_not_used(read: Reads, crime_layout: str) -> None:
    one = read(NAME, rows(*[(y, x) for x, y in near(8)], (X, Y), ("", "")), layout(crime_layout))
    assert notes(one) == {"swapped": (9, 10), "missing": (1, 10)}
    assert one.rows["cell"].null_count() == 10
    text = rows(*[(37.5 + n / 1000, 127.0) for n in range(8)]).replace("x,y", "longitude,latitude")
    degrees = read(NAME, text, layout(crime_layout, ("longitude", "latitude"), 'crs = "EPSG:4326"'))
    assert notes(degrees) == {"swapped": (8, 8)}


def square(west: float, south: float, east: float, north: float, **properties: str) -> str:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def test_outside_is_beyond_half_a_kilometre_of_the_area(
    tmp_path: Path, hana: Agencies, file: Files, crime_layout: str
) -> None:
    hana(layout(crime_layout))
    (tmp_path / "hana" / "area.geojson").write_text(square(126.9, 37.5, 127.0, 37.6), "utf-8")
    agency = hana(layout(crime_layout), agency=AGENCY + '[places]\narea = "area.geojson"\n')
    assert agency.area_cells is not None
    border = float(agency.area_cells.corners()[0].max()) + 100
    east = [(border + beyond, Y) for beyond in (-300, 200, 300, 900, 100_000)]
    one = read_all(file(NAME, rows(*east)), agency)
    assert one.rows["cell"].is_null().to_list() == [False, False, False, True, True]
    assert notes(one) == {"outside": (2, 5)}


@pytest.mark.parametrize("metres", [100, 600, 2000])
def test_no_point_near_the_area_is_lost_in_large_cells(
    tmp_path: Path, hana: Agencies, file: Files, crime_layout: str, metres: int
) -> None:
    """A town of 2.6 by 3.3 km, in which the centres of few cells of 2 km lie, and what is near it."""
    hana(layout(crime_layout))
    (tmp_path / "hana" / "area.geojson").write_text(square(126.97, 37.55, 127.0, 37.58), "utf-8")
    made = AGENCY + f'[places]\narea = "area.geojson"\ncell_metres = {metres}\n'
    agency = hana(layout(crime_layout), agency=made)
    assert agency.area_touched is not None
    west, south = (float(axis.min()) for axis in agency.area_touched.corners())
    east, north = (float(axis.max()) + 100 for axis in agency.area_touched.corners())
    around = [(x, y) for x in (west - 300, (west + east) / 2, east + 300) for y in (south - 300, north + 300)]
    one = read_all(file(NAME, rows(*around, (east + 1500, north), (west, south - 1500))), agency)
    assert one.rows["cell"].is_null().to_list() == [False] * 6 + [True] * 2


def test_outside_is_beyond_the_box_of_the_outlines(
    tmp_path: Path, hana: Agencies, file: Files, crime_layout: str
) -> None:
    hana(layout(crime_layout))
    (tmp_path / "hana" / "map.geojson").write_text(square(126.9, 37.5, 127.0, 37.6, code="east"), "utf-8")
    agency = hana(layout(crime_layout), agency='outlines = "map.geojson"\n' + AGENCY)
    assert agency.outlines_box is not None
    one = read_all(
        file(NAME, rows((X, Y), (agency.outlines_box[2] + 400, Y), (agency.outlines_box[2] + 600, Y))), agency
    )
    assert one.rows["cell"].is_null().to_list() == [False, False, True]


def test_outside_is_200_km_from_most_where_nothing_says_more(read: Reads, crime_layout: str) -> None:
    one = read(NAME, rows(*near(9), (X, Y - 199_000), (X, Y - 201_000), (X, Y + 9e6)), layout(crime_layout))
    assert notes(one) == {"outside": (2, 12)}


def test_only_what_citizens_report_of_chosen_types_has_a_place(
    tmp_path: Path, hana: Agencies, file: Files, crime_layout: str
) -> None:
    agency = hana(layout(crime_layout))
    one = read_all(file(NAME, rows((X, Y), code="201")), agency)
    assert one.rows.select("crime_type", "cell").rows() == [("violence", None)], "it is not forecast"
    codes = tmp_path / "hana" / "codes" / "codes.csv"
    codes.write_text("code,name,group,reported_by\n104,절도,theft,police\n105,절도,theft,\n", "utf-8")
    agency = load_agency(tmp_path / "hana")
    found = rows((X, Y)) + "8,2024-03-05,동부,105,953950,1952050\n9,2024-03-05,동부,999,953950,1952050\n"
    assert read_all(file(NAME, found), agency).rows["cell"].to_list() == [None, "다사539520", None]
    assert agency.found_by_police == [("crime", "104")]
    codes.write_text("code,name,group,reported_by\n104,절도,theft,\n*,나머지,theft,police\n", "utf-8")
    found_by_others = read_all(file(NAME, found), load_agency(tmp_path / "hana"))
    assert found_by_others.rows["cell"].to_list() == ["다사539520", None, None]


def test_a_file_without_the_columns_says_so(read: Reads, crime_layout: str) -> None:
    one = read(NAME, "id,day,station,code\n1,2024-03-05,동부,104\n", layout(crime_layout))
    assert notes(one) == {"absent": (1, 1)}
    assert one.rows["cell"].to_list() == [None]


def test_nothing_told_of_a_file_holds_a_point(read: Reads, crime_layout: str) -> None:
    text = rows((X + 0.4711, Y + 0.4711), ("#N/A", Y + 0.4711), ("010-1234-5678", "870615-1234567"))
    text += '7,2024-03-77,동부,104,"953950.4711","1952050.4711"\n8,2024-03-05,동부,104,"953950.4711"\n'
    one = read(NAME, text, layout(crime_layout))
    assert one.reasons == [(4, "impossible_date"), (5, "field_count")]
    told = repr(
        (one.rows.rows(), one.outcome.rejected.rows(), one.outcome, [n.sentence("ko") for n in one.outcome.notes])
    )
    assert not any(mark in told for mark in ("4711", "95395", "195205", "5678", "870615"))


WHOLE = "954037 1952081"


def told_of(one: Read) -> str:
    """All that is told of a file."""
    return repr((one.outcome.rejected.rows(), one.outcome, [note.sentence("ko") for note in one.outcome.notes]))


@pytest.mark.parametrize(
    "point", [WHOLE, "954037,1952081", "X954037/Y1952081", "1,952,081", "９５４０３７ １９５２０８１"]
)
def test_a_stray_point_in_whole_metres_is_told_by_its_form(read: Reads, crime_layout: str, point: str) -> None:
    text = rows((X, Y), (X, Y), stations=("동부", f'"{point}"'))
    text += f'7,2024-03-77,"{point}",104,1,1\n8,"{point}",동부,104,1,1\n9,2024-03-05,동부,"{point}",1,1\n'
    one = read(NAME, text, layout(crime_layout))
    assert one.outcome.rows_rejected == 2
    assert sum(one.outcome.unknown_districts.values()) == 1
    told = told_of(one)
    assert not any(mark in told for mark in ("954037", "1952081", "1,952,081", "９５４０３７"))
    assert "###" in told


def test_a_first_row_that_is_no_header_is_told_by_its_form(read: Reads, crime_layout: str) -> None:
    made = layout(crime_layout)
    one = read(NAME, rows((X, Y)).replace("x,y", "x,y,954037,1952081").replace('"\n', '",1,1\n'), made)
    assert one.outcome.extra_columns == ("######", "#######")
    assert "954037" not in told_of(one)
    with pytest.raises(ExportRefused) as refused:
        read(NAME, "id,954037,1952081,104\n1,2,3,4\n", made)
    assert refused.value.code == "missing_column"
    assert "954037" not in repr(refused.value) + refused.value.sentence("ko") + str(refused.value.args)


def test_where_a_file_has_no_points_numbers_are_told(read: Reads, crime_layout: str) -> None:
    one = read(NAME, "id,day,station,code\n1,2024-03-05,954037,104\n2,2024-03-05,동부,104\n", crime_layout)
    assert one.outcome.unknown_districts == {"954037": 1}


def test_json_says_points_as_it_likes(read: Reads, crime_layout: str) -> None:
    made = layout(crime_layout).replace('"csv"', '"json"').replace("crime_*.csv", "crime_*.json")
    points: list[Any] = [X, str(X), {"deep": X}, None, True]
    records = [
        {"id": n, "day": "2024-03-05", "station": "동부", "code": "104", "x": x, "y": Y} for n, x in enumerate(points)
    ]
    one = read(
        "crime_2024-03.json",
        json.dumps([*records, {k: v for k, v in records[0].items() if k != "x"} | {"id": 9}]),
        made,
    )
    assert one.reasons == []
    assert one.rows["cell"].drop_nulls().to_list() == ["다사539520"] * 2
    assert one.rows["incidents"].sum() == 6


@pytest.mark.slow
def test_whatever_stands_in_the_columns_the_counts_are_the_same(hana: Agencies, file: Files, crime_layout: str) -> None:
    agency = hana(layout(crime_layout, points='crs = "EPSG:4326"\nmissing = ["0"]'))
    texts = st.one_of(
        st.text(st.characters(exclude_characters='"\r\n\0\ufffd', exclude_categories=["Cs"]), max_size=12),
        st.floats(allow_nan=True, allow_infinity=True).map(str),
        st.integers().map(str),
        st.sampled_from(
            ["#N/A", "#REF!", "010-1234-5678", "8706151234567", "126.9", "37.5", "０", "-", "1e308", "+", "합계"]
        ),
    )

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(texts, texts), min_size=1, max_size=6))
    def check(points: list[tuple[str, str]]) -> None:
        with_points = read_all(file(NAME, rows(*points).encode()), agency)
        without = read_all(file("crime_2024-03.csv", rows(*(("", "") for _ in points)).encode()), agency)
        assert with_points.rows.drop("cell").equals(without.rows.drop("cell"))
        assert with_points.outcome.rows_accepted == len(points)
        assert all(np.isfinite(agency.places.grid.corner(cell)).all() for cell in with_points.rows["cell"].drop_nulls())

    check()


SPAN = 'occurred_at = { names = ["from"] }\noccurred_until_at = { names = ["to"] }\n'


@pytest.mark.parametrize(
    ("ended", "until"),
    [
        ("2024-03-06 07:30", "2024-03-06 07:30:00"),
        ("2024-03-06", "2024-03-07 00:00:00"),
        ("2024-03-05 20:00", None),
        ("2024-03-04 07:30", None),
        ("", None),
        ("2024-03-99", None),
    ],
)
def test_a_span_ends_after_it_began(read: Reads, crime_layout: str, ended: str, until: str | None) -> None:
    text = f"id,day,station,code,from,to\n1,2024-03-07,동부,104,2024-03-05 20:00,{ended}\n"
    one = read(NAME, text, crime_layout + SPAN)
    assert one.rows["occurred_until"].cast(str).to_list() == [until and f"{until}.000000"]
    assert one.outcome.rows_accepted == 1
    assert [note.code for note in one.outcome.notes] == (["note_emptied_dates"] if "99" in ended else [])


def test_the_end_of_a_span_in_two_columns_and_another_zone(read: Reads, crime_layout: str) -> None:
    spans = SPAN.replace('occurred_until_at = { names = ["to"] }', 'occurred_until_date = { names = ["to"] }')
    spans += 'occurred_until_time = { names = ["at"] }\n'
    made = crime_layout.replace("counted_by", 'timezone = "UTC"\ncounted_by') + spans
    text = "id,day,station,code,from,to,at\n1,2024-03-07,동부,104,2024-03-05 20:00,2024-03-06,07:30\n"
    told = read(NAME, text, made).rows
    assert told.select("occurred_at", "occurred_until").cast(str).rows() == [
        ("2024-03-06 05:00:00.000000", "2024-03-06 16:30:00.000000")
    ]
