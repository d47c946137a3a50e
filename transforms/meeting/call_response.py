"""Response times of 112 calls: quantiles of calls too many for a list of them to be kept for each cell."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

SHARES = (0.5, 0.8, 0.9)
NAMES = ("median", "p80", "p90")
KEY = ("district", "month", "call_group", "urgency", "call_type")
TOLD = (("call_group", "urgency"), ("call_group",), ("urgency",), (), ("call_group", "call_type"))
"""What rows of `call_month` tell apart, each for all of the others together; types not of boxes."""
SCHEMA: dict[str, type[pl.DataType]] = dict.fromkeys(KEY, pl.Int64) | dict.fromkeys(NAMES, pl.Float64)

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]


def call_response(calls: pl.DataFrame, above: pl.DataFrame) -> pl.DataFrame:
    """One row per district, combination of `TOLD` and month with a response time: its quantiles in seconds.

    Quantiles are type 7 of Hyndman & Fan (1996), Sample quantiles in statistical packages, The American Statistician
    50(4), as DuckDB's `quantile_cont` takes them: between the two values next to p (n - 1), counted from 0. They are
    read off numbers sorted by cell and value at once, which takes a third of the time of a list kept for each cell.
    Rows are in no order.

    Args:
        calls: Of `call_timed`: the number of each text, the month as a number, and response_seconds.
        above: district, ancestor and is_box of `call_above`, as the same numbers.

    Returns:
        The columns of `KEY`, -1 where all are taken together, and of `NAMES`.
    """
    if calls.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    seconds, place = np.unique(calls["response_seconds"].to_numpy(), return_inverse=True)
    columns = {name: calls[name].to_numpy().astype(np.int64) for name in KEY}
    parts = []
    for held, is_box in _levels(columns["district"], above):
        for told in TOLD:
            some = held >= 0 if "call_type" not in told else (held >= 0) & ~is_box
            cells = {"district": held, "month": columns["month"]} | {name: columns[name] for name in told}
            parts.append(_quantiles({name: one[some] for name, one in cells.items()}, place[some], seconds))
    return pl.concat(parts)


def _levels(district: Numbers, above: pl.DataFrame) -> Iterator[tuple[Numbers, NDArray[np.bool_]]]:
    """The district that holds each call, from the agency down, -1 where none does; and whether it is a box."""
    pairs = above.select("district", "ancestor").to_numpy()
    size = int(pairs.max()) + 1
    depth = np.bincount(pairs[:, 0], minlength=size)  # a district has itself and each one above it
    box = np.zeros(size + 1, dtype=np.bool_)
    box[above.filter("is_box")["ancestor"].to_numpy()] = True
    for level in range(1, int(depth.max()) + 1):
        at = pairs[depth[pairs[:, 1]] == level]
        holder = np.full(size, -1, dtype=np.int64)
        holder[at[:, 0]] = at[:, 1]
        held = holder[district]
        yield held, box[held]


def _quantiles(cells: dict[str, Numbers], place: Numbers, seconds: Floats) -> pl.DataFrame:
    """The quantiles of each cell, its key written as one number with the place of the value behind it."""
    sizes = {name: int(one.max(initial=0)) + 1 for name, one in cells.items()}
    cell = np.zeros(len(place), dtype=np.int64)
    for name, one in cells.items():
        cell = cell * sizes[name] + one
    keys = cell * len(seconds) + place
    keys.sort()
    cell, value = np.divmod(keys, len(seconds))
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    last = np.diff(first, append=len(cell)) - 1
    made: dict[str, Numbers | Floats] = {}
    for name, share in zip(NAMES, SHARES, strict=True):
        at = last * share
        low, high = np.floor(at).astype(np.int64), np.ceil(at).astype(np.int64)
        below, beyond = seconds[value[first + low]], seconds[value[first + high]]
        part = at - low
        made[name] = _added(below, 1 - part, beyond * part)
    rest = cell[first]
    for name in reversed(cells):
        rest, made[name] = np.divmod(rest, sizes[name])
    return pl.DataFrame({name: made.get(name, np.full(len(first), -1)) for name in SCHEMA}, schema=SCHEMA)


def _added(one: Floats, other: Floats, more: Floats) -> Floats:
    """`one * other + more` rounded once, as processors with a fused multiply-add do it and so DuckDB there.

    The product and the sum with what each leaves over when rounded, by TwoProduct and TwoSum of Ogita, Rump & Oishi
    (2005), Accurate sum and dot product, SIAM Journal on Scientific Computing 26(6): the same on every machine.
    """
    product = one * other
    (high, low), (beside, under) = _split(one), _split(other)
    product_over = low * under - (((product - high * beside) - low * beside) - high * under)
    total = product + more
    share = total - product
    total_over = (product - (total - share)) + (more - share)
    return total + (total_over + product_over)


def _split(number: Floats) -> tuple[Floats, Floats]:
    """A number as the sum of two of half as many digits (Dekker 1971)."""
    scaled = 134_217_729.0 * number  # 2 ** 27 + 1
    high = scaled - (scaled - number)
    return high, number - high
