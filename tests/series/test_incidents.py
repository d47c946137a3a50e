"""An officer's list becomes cells and spans; what cannot be read is named by row and column, and never shown."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from expectations.geography.grid import Grid
from expectations.sentences import LANGUAGES, catalogue
from transforms.series.incidents import SCHEMA, ListError, incidents

GRID = Grid()
MARK = "957123.456"


def listed(**columns: list[str | None]) -> pl.DataFrame:
    base: dict[str, list[str | None]] = {
        "case_id": ["2", "1"],
        "cell": ["다라403846", "다라404846"],
        "day": ["2024-03-05"] * 2,
    }
    return pl.DataFrame({name: of for name, of in (base | columns).items() if of}, schema_overrides={})


def test_a_list_becomes_cells_in_the_order_of_case_numbers() -> None:
    made = incidents(listed(modus=["창문;야간", None], other=["x", "y"]), GRID)
    assert made.schema == pl.Schema(SCHEMA)
    day = datetime.fromisoformat("2024-03-05")
    assert made.rows() == [
        ("1", "다라404846", 940_400.0, 1_684_600.0, day, day + timedelta(days=1), [], None),
        ("2", "다라403846", 940_300.0, 1_684_600.0, day, day + timedelta(days=1), ["야간", "창문"], None),
    ]


def test_a_point_is_its_cell_and_no_more() -> None:
    made = incidents(listed(cell=[], x=[MARK, "957100"], y=["1687499.9", "1,687,400"]), GRID)
    assert made["x"].unique().to_list() == [957_100.0]
    assert made["y"].unique().to_list() == [1_687_400.0]
    assert MARK not in str(made.rows())
    assert made["cell"].n_unique() == 1


def test_korean_headings_are_known() -> None:
    korean = {"사건번호": ["1"], "칸": ["다라403846"], "발생시작": ["2024.3.5 21:30"],
              "발생끝": ["2024-03-06 07:00:00"], "수법": ["가,나 다"], "연쇄번호": ["7"]}  # fmt: skip
    made = incidents(pl.DataFrame(korean), GRID).row(0, named=True)
    assert (made["since"], made["until"]) == (datetime(2024, 3, 5, 21, 30), datetime(2024, 3, 6, 7))  # noqa: DTZ001
    assert (made["modus"], made["series"]) == (["가", "나", "다"], "7")


def test_of_a_span_with_one_end_that_moment_is_taken_and_a_case_may_have_no_day() -> None:
    made = incidents(listed(**{"from": ["2024-03-05 10:00", None], "day": []}), GRID)
    assert made["since"].to_list() == made["until"].to_list()
    assert made["since"].null_count() == 1


WRONG = [
    ({"case_id": []}, "series_no_column", {"column": "case_id"}),
    ({"cell": []}, "series_no_column", {"column": "cell (x, y)"}),
    ({"cell": [], "x": ["1", "2"]}, "series_no_column", {"column": "cell (x, y)"}),
    ({"case_id": ["1", None]}, "series_cell_unread", {"row": 2, "column": "case_id"}),
    ({"case_id": ["1", "1"]}, "series_case_twice", {"row": 2, "first": 1}),
    ({"cell": ["다라403846", "다라40384"]}, "series_cell_unread", {"row": 2, "column": "cell"}),
    ({"cell": [], "x": [MARK, f"{MARK}째"], "y": ["1", "1"]}, "series_cell_unread", {"row": 2, "column": "x"}),
    ({"cell": [], "x": [MARK, MARK], "y": ["1", "inf"]}, "series_cell_unread", {"row": 2, "column": "x, y"}),
    ({"cell": [], "x": [MARK, MARK], "y": ["1", None]}, "series_cell_unread", {"row": 2, "column": "y"}),
    ({"day": ["2024-03-05", "2024-13-05"]}, "series_cell_unread", {"row": 2, "column": "day"}),
    ({"day": ["5 March", "2024-03-05"]}, "series_cell_unread", {"row": 1, "column": "day"}),
    ({"from": ["2024-03-05", "2024-03-05"], "to": ["2024-03-04", ""]}, "series_ends_before", {"row": 1}),
]


@pytest.mark.parametrize(("columns", "code", "values"), WRONG)
def test_what_cannot_be_read_is_named_and_not_shown(columns, code, values) -> None:
    with pytest.raises(ListError) as refused:
        incidents(listed(**columns), GRID)
    assert refused.value.code == code
    assert values.items() <= refused.value.values.items()
    for lang in LANGUAGES:
        told = refused.value.sentence(lang)
        assert MARK not in told
        assert all(str(value) in told for value in values.values())


def test_of_a_list_without_a_header_nothing_is_told() -> None:
    headless = pl.DataFrame({"2024-007391": ["2"], "표지동 산12번지": ["x"], "사건번호": ["1"]})
    for list_, known in ((headless, "사건번호"), (headless.drop("사건번호"), "–")):
        with pytest.raises(ListError) as refused:
            incidents(list_, GRID)
        for lang in LANGUAGES:
            told = refused.value.sentence(lang)
            assert "7391" not in told
            assert "표지동" not in told
            assert f"{known}, and 2 others" in told or f"{known}, 다른 열 2개" in told


def test_excluded_uses_are_told_in_both_languages() -> None:
    told = {lang: " ".join(catalogue()[f"series_excluded_{what}"][lang] for what in ("person", "evidence", "search"))
            for lang in LANGUAGES}  # fmt: skip
    assert all(word in told["en"] for word in ("persons", "evidence", "stops and searches"))
    assert all(word in told["ko"] for word in ("사람", "증거", "불심검문"))
