"""What a run says at its end: every warning in a sentence, the first ones in full."""

from datetime import date
from pathlib import Path

from flows.ending.ended import SHOWN, Monthly
from flows.publishing import Placement
from flows.publishing.publication import PublicationInfo


def lines(*warned: str) -> list[str]:
    info = PublicationInfo(
        date(2024, 3, 1),
        date(2024, 4, 10),
        "aa",
        complete=True,
        generated=False,
        version="1",
        agency="x",
        agency_name="x",
    )
    return Monthly(Placement("publication", True, Path("p"), Path("p/s.duckdb"), info), warned).lines("en")


def test_each_warning_is_printed_below_the_line_that_counts_them() -> None:
    assert lines()[0].endswith("0 warnings)")
    assert len(lines()) == 1
    told = lines("one file\nis odd", "another")
    assert told[0].endswith("2 warnings)")
    assert told[1:] == ["  ! one file is odd", "  ! another"]


def test_of_many_the_first_are_printed_and_the_rest_are_counted() -> None:
    told = lines(*(f"w{number}" for number in range(SHOWN + 3)))
    assert told[1 : SHOWN + 1] == [f"  ! w{number}" for number in range(SHOWN)]
    assert told[SHOWN + 1 :] == ["  ! … and 3 more warnings in validation.html"]
