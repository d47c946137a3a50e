"""What would stop a run among files checked together: one that takes the place of another without telling it again.

The rule is the gate's (`check_hidden`). A run holds it against the warehouse, by the statement `hidden_rows`; here the
same is told of the files alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from expectations.agency import Agency
from expectations.gate.exports.deliveries import HIDDEN, check_hidden
from expectations.gate.finding import Finding
from expectations.kinds import GROUPS, KINDS
from expectations.layout import Layout
from transforms.exports import ExportFile, Reading
from transforms.exports.dates import unit_grain
from transforms.exports.files.content_period import Stretch
from transforms.exports.files.names import copy_order

STEP = {"day": "1d", "month": "1mo", "year": "1y"}
NAME = pl.Categorical()
FACTS: dict[str, Any] = {
    "unit": pl.Date, "month": pl.Date, "district": NAME, "category": NAME, "told": pl.UInt64, "n": pl.Int64,
}  # fmt: skip
_AS_CHECKED = {"gate_hidden_gone": "check_hides_gone", "gate_hidden_other": "check_hides_other"}
"""What `chian check` says of the files it was given where a run says it of an inbox."""
SAME = ["unit", "month", "district", "category", "told"]


@dataclass(frozen=True)
class Delivered:
    """One file as far as others of its source are compared with it.

    Attributes:
        file: The file.
        layout: What it was read as.
        part: Part of its period it is; empty where the layout has none.
        exported_on: Its export day, today where it says none.
        stretches: What it covers.
        facts: One row per fact as FACTS, with how often it stands; told by its hash.
    """

    file: ExportFile
    layout: Layout
    part: str
    exported_on: date
    stretches: tuple[Stretch, ...]
    facts: pl.DataFrame


def read_through(reading: Reading, today: date) -> Delivered:
    """Read a file to its end and keep of its rows what others are compared by.

    Raises:
        ExportRefused: A run would store nothing of it.
    """
    rows = [_told(batch, reading.layout.kind) for batch in reading.batches()]
    superseded = reading.outcome.superseded.implode()
    standing = (batch.filter(~pl.col("row_number").is_in(superseded)).select(list(FACTS)) for batch in rows)
    facts = pl.concat([pl.DataFrame(schema=FACTS), *standing]).group_by(SAME).agg(pl.col("n").sum())
    exported = reading.exported_on or today
    return Delivered(reading.file, reading.layout, reading.part or "", exported, reading.stretches, facts)


def findings(deliveries: Iterable[Delivered], agency: Agency) -> Iterator[Finding]:
    """One finding per month of a file that another one would hide in a way that stops a run.

    Args:
        deliveries: All files that were read.
        agency: Names of sources, districts and types.
    """
    kinds: dict[tuple[str, str], dict[str, Delivered]] = {}
    for one in deliveries:
        if one.layout.kind in GROUPS:  # an annual table hides none
            kinds.setdefault((one.layout.name, one.part), {})[one.file.sha256] = one
    for alike in kinds.values():
        newest_last = sorted(alike.values(), key=lambda one: (one.exported_on, copy_order(one.file.name)))
        for finding in check_hidden(hidden_rows(newest_last), agency, date.max):
            if not finding.success:
                yield replace(finding, code=_AS_CHECKED.get(finding.code, finding.code))


def hidden_rows(deliveries: Sequence[Delivered]) -> pl.DataFrame:
    """How much of what each hidden file told is told again by those that hide it, per month; columns as HIDDEN.

    Args:
        deliveries: Files of one layout and part, the newest last.
    """
    covering = pl.concat([_covering(n, one) for n, one in enumerate(deliveries)])
    # A unit covered only in part is given up to a file that covers it whole; among equals the newest counts.
    owned = covering.sort("is_whole", "file").group_by("unit").agg(owner=pl.col("file").last())
    facts = pl.concat([one.facts.with_columns(file=pl.lit(n, pl.Int64)) for n, one in enumerate(deliveries)])
    held = facts.select("file", "unit", "month").unique()
    pairs = covering.join(owned, on="unit").filter(pl.col("file") != pl.col("owner"))
    pairs = pairs.select("file", "owner", "unit").unique().join(held, on=["file", "unit"])
    before = pairs.join(facts, on=["file", "unit", "month"])
    after = pairs.join(facts.rename({"file": "owner"}), on=["owner", "unit", "month"])
    again = before.join(after.select("file", *SAME, now="n"), on=["file", *SAME], how="left")
    still = again.group_by("file", "month").agg(
        pl.col("owner").max(),
        pl.col("n").sum().alias("n_rows"),
        pl.min_horizontal("n", pl.col("now").fill_null(0)).sum().alias("kept"),
    )
    rows = [_row(deliveries, one, before, after) for one in still.sort("month", "file").iter_rows(named=True)]
    return pl.DataFrame(rows, HIDDEN)


def _told(batch: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The facts of a batch with their row numbers; of a table of counts its cells that are not zero."""
    if kind not in GROUPS:
        return pl.DataFrame(schema={"row_number": pl.Int64, **FACTS})
    category, columns = KINDS[kind].category, list(KINDS[kind].same)
    if KINDS[kind].counts:
        batch = batch.filter(pl.col("incidents") != 0)
    told = pl.struct(columns).hash() if columns else pl.lit(0, pl.UInt64)
    return batch.select(
        "row_number",
        "unit",
        "month",
        pl.col("district").cast(NAME),
        pl.col(category).cast(NAME).alias("category"),
        told.alias("told"),
        pl.lit(1, pl.Int64).alias("n"),
    )


def _covering(number: int, one: Delivered) -> pl.DataFrame:
    """The days, months or years a file covers, and whether whole: none is covered past the day it was made."""
    grain, found = STEP[unit_grain(one.layout)], []
    for first, last in one.stretches:
        start = pl.select(pl.lit(first).dt.truncate(grain)).item()
        units = pl.date_range(start, last, grain, eager=True).alias("unit").to_frame()
        end = pl.col("unit").dt.offset_by(grain).dt.offset_by("-1d")
        found.append(units.with_columns(is_whole=(pl.col("unit") >= first) & (end <= min(last, one.exported_on))))
    return pl.concat(found).with_columns(file=pl.lit(number, pl.Int64))


def _row(
    deliveries: Sequence[Delivered], one: Mapping[str, Any], before: pl.DataFrame, after: pl.DataFrame
) -> dict[str, object]:
    """One row of HIDDEN: a hidden file's month, with the categories and districts of which nothing is told again."""
    mine = (pl.col("file") == one["file"]) & (pl.col("month") == one["month"])
    was, now = before.filter(mine), after.filter(mine)
    hidden, standing = deliveries[one["file"]], deliveries[one["owner"]]
    row: dict[str, object] = {
        "kind": hidden.layout.kind, "source": hidden.layout.name, "month": one["month"],
        "file_id": hidden.file.file_id, "hidden": hidden.file.name, "standing": standing.file.name,
        "n_rows": one["n_rows"], "kept": one["kept"],
    }  # fmt: skip
    for column, name in (("category", "categories"), ("district", "districts")):
        gone = was.join(now, on=column, how="anti").group_by(column).agg(pl.col("n").sum())
        gone = gone.with_columns(pl.col(column).cast(pl.String)).sort(column)
        row |= {name: gone[column].to_list(), f"{column}_rows": gone["n"].to_list()}
    return row
