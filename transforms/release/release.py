"""The tables that may leave the agency, their small counts hidden."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from expectations.contracts.release import RELEASED, Released
from transforms.release.sums import Key, Sum, sums_of
from transforms.release.suppression import protect

PLACE = ("district", "crime_type")


@dataclass(frozen=True)
class Release:
    """What may be handed out.

    Attributes:
        tables: By name, in the columns of the contract: a hidden count is empty and `suppressed` is true.
        hidden: How many counts are hidden, by table.
        shown: How many are shown, by table.
    """

    tables: dict[str, pl.DataFrame]
    hidden: dict[str, int]
    shown: dict[str, int]


def release(tables: Mapping[str, pl.DataFrame], k: int) -> Release:
    """The released tables of a publication, no hidden count of which can be narrowed down below a range of `k`.

    Tables are looked at together: a month hidden for one district is not to be had from its station's month, nor from
    its year. Counts a table does not give (empty cells) have no row.

    Args:
        tables: The published tables named by the contracts in `RELEASED`.
        k: Smallest count shown.
    """
    frames = {one.name: _chosen(tables[one.name], one) for one in RELEASED}
    keys = [key for one in RELEASED for key in _keys(frames[one.name], one)]
    counts = [count for one in RELEASED for count in frames[one.name].get_column(one.count).to_list()]
    hidden = pl.Series("suppressed", protect(counts, _sums(frames, keys, counts), k), dtype=pl.Boolean)
    made, at = {}, 0
    for one in RELEASED:
        frame = frames[one.name]
        secret = hidden.slice(at, frame.height)
        shown = frame.with_columns(secret, pl.when(~secret).then(pl.col(one.count)).alias(one.count))
        made[one.name] = shown.select(one.names)
        at += frame.height
    tally = {name: int(frame.get_column("suppressed").sum()) for name, frame in made.items()}
    return Release(made, tally, {name: frame.height - tally[name] for name, frame in made.items()})


def _chosen(published: pl.DataFrame, one: Released) -> pl.DataFrame:
    """The columns that may leave, rows that have a count, in the order of the table's key."""
    columns = [name for name in one.names if name != "suppressed"]
    return published.select(columns).drop_nulls(one.count).sort(one.key, maintain_order=True)


def _keys(frame: pl.DataFrame, one: Released) -> Iterator[Key]:
    return ((one.name, *row) for row in frame.select(*PLACE, one.period).iter_rows())


def _sums(frames: Mapping[str, pl.DataFrame], keys: list[Key], counts: list[int]) -> list[Sum]:
    """Districts add up to their parent, in every table and period; months to their year."""
    above: list[tuple[Key, Key]] = []
    for one in RELEASED:
        rows = frames[one.name].drop_nulls("parent").select("district", "parent", "crime_type", one.period)
        for district, parent, crime_type, period in rows.iter_rows():
            above.append(((one.name, district, crime_type, period), (one.name, parent, crime_type, period)))
    months = frames["crime_month"].select(*PLACE, "month", pl.col("month").dt.year().alias("year"))
    within = [
        (("crime_month", *place, month), ("crime_year", *place, year)) for *place, month, year in months.iter_rows()
    ]
    return sums_of(counts, keys, [above, within])
