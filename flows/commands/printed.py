"""A column of an answer as a person reads it: thousands, as many decimals in every row, days, no cell beyond a line."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

EMPTY = "NULL"
_DECIMALS = 3
_SMALLEST = 0.001
# Numbers that name something: 2,024 is no year and 1,024 no row of a file.
_NAMES = ("year", "연도", "row_number", "행번호")
_MONTHS = ("month", "월")


def printed(name: str, values: Sequence[object]) -> list[str]:
    """A column's cells as text, all in one form: what is NULL says so, numbers share their decimals.

    Args:
        name: The column's heading; it tells a year from a count and a month from a day.
        values: Its values as DuckDB hands them out.
    """
    given = [value for value in values if value is not None]
    if given and all(isinstance(v, float | Decimal) for v in given):
        decimals = _shared_decimals([float(v) for v in given])  # type: ignore[arg-type]  # floats or decimals, as asked
        return [EMPTY if v is None else _number(float(v), decimals) for v in values]  # type: ignore[arg-type]  # the same
    if given and all(type(v) is int for v in given):
        separator = "" if _is_a_name(name) else ","
        return [EMPTY if v is None else f"{v:{separator}}" for v in values]
    if given and all(type(v) is date for v in given) and _are_months(name, given):
        return [EMPTY if v is None else f"{v:%Y-%m}" for v in values]
    return [_text(value) for value in values]


def shortened(text: str, longest: int) -> str:
    """Text of no more than so many columns of the terminal, an ellipsis for what is missing."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= longest else set_cell_size(text, longest - 1).rstrip() + "…"


def _is_a_name(name: str) -> bool:
    """Whether the numbers name years or rows: they are looked up, not added up. DuckDB calls an unnamed one year(…)."""
    return name.lower() in _NAMES or name.lower().startswith(("year(", '"year"('))


def _are_months(name: str, values: Sequence[object]) -> bool:
    return name.lower().endswith(_MONTHS) and all(isinstance(v, date) and v.day == 1 for v in values)


def _shared_decimals(values: Sequence[float]) -> int:
    """As many decimals as the value that needs most of them, three at the most."""
    shown = [f"{v:.{_DECIMALS}f}".rstrip("0") for v in values if math.isfinite(v) and not 0 < abs(v) < _SMALLEST]
    return max((len(text.partition(".")[2]) for text in shown), default=0)


def _number(value: float, decimals: int) -> str:
    if not math.isfinite(value) or 0 < abs(value) < _SMALLEST:
        return f"{value:.3g}"
    return f"{value:,.{decimals}f}"


def _text(value: object) -> str:
    """Anything else on one line, with nothing that could steer the terminal."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return one_line(str(value))


def one_line(text: str) -> str:
    """Text as one line of printable characters: exports may hold escape sequences and line breaks."""
    return "".join(c if c.isprintable() else " " for c in text)
