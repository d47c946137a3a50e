"""What a register needs is what its record says: a list of units names no district and no crime type."""

from collections.abc import Iterator
from datetime import date

from expectations.agency import Agency
from expectations.kinds import RegisterColumn, RegisterKind
from transforms.register.rows import Row, entries

PATROLS = RegisterKind(
    name="action", meaning="one row, one patrol", label="순찰 등록부", label_en="register of patrols", file="patrols",
    key=("patrol_id",), begins="first_on", unit="owner",
    columns=(
        RegisterColumn("patrol_id", "번호", "Number.", "번호.", "number"),
        RegisterColumn("owner", "부서", "Unit.", "부서.", "unit"),
        RegisterColumn("first_on", "첫날", "First day.", "첫날.", "day"),
        RegisterColumn("last_on", "끝날", "Last day.", "끝날.", "day", required=False, not_before="first_on"),
    ),
)  # fmt: skip


NAMES = ("patrol_id", "owner", "first_on", "last_on")


def rows(*told: tuple[str, str, str, str]) -> Iterator[tuple[int, Row]]:
    for number, cells in enumerate(told, 1):
        yield number, dict(zip(NAMES, cells, strict=True))


def test_a_register_without_districts_and_crime_types(agency: Agency) -> None:
    told = rows(
        ("1", "기동순찰대", "2024-01-05", ""),
        ("1", "기동순찰대", "2024-01-06", ""),
        ("2", "홍길동", "2024-01-05", ""),
        ("3", "기동순찰대", "2024-01-05", "2024-01-04"),
        ("4", "기동순찰대", "", ""),
    )
    first, *wrong = list(entries(told, PATROLS, agency))
    assert first.values == {"patrol_id": "1", "owner": "기동순찰대", "first_on": date(2024, 1, 5), "last_on": None}
    assert [one.wrong and (one.wrong.code, one.wrong.column) for one in wrong] == [
        ("register_twice", "patrol_id"),
        ("register_unit", "owner"),
        ("register_review_first", "last_on"),
        ("register_empty", "first_on"),
    ]
    assert [one.safe for one in wrong][1:3] == [
        {"first_on": "2024-01-05"},
        {"first_on": "2024-01-05", "last_on": "2024-01-04"},
    ]


def test_a_row_known_to_be_wrong_takes_no_number_from_the_next(agency: Agency) -> None:
    again = ("1", "기동순찰대", "2024-01-05", "")
    assert [one.wrong for one in entries(rows(again, again), PATROLS, agency, broken={1})] == [None, None]
