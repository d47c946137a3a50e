"""Table `sighting`: what received.jsonl says of when bytes lay where, and which were written over others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from expectations.kinds import REGISTERS
from flows.warehouse.received.sightings import every_sighting
from flows.warehouse.statements import transaction

Row = tuple[int, str, str, date, str | None]


@dataclass(frozen=True)
class WrittenOver:
    """A name under which other bytes came.

    Attributes:
        first: Day on which the first of them were seen that the run tells of.
        last: Day on which the last were seen.
        times: How often.
        unseen: Whether the as-of day lies before the last, and still sees the bytes before.
    """

    name: str
    first: date
    last: date
    times: int
    unseen: bool


def bring_sightings(con: duckdb.DuckDBPyConnection, home: Path) -> set[str]:
    """Make table `sighting` say what received.jsonl says; return the files of which it says something else now."""
    told, lies = [], dict[str, str]()
    for number, one in enumerate(every_sighting(home), 1):
        before = lies.get(one.place)
        over = before if before not in (None, one.sha256[:16]) else None
        told.append((number, one.sha256[:16], one.name, one.received_on, over))
        lies[one.place] = one.sha256[:16]
    known: list[Row] = con.execute("from sighting order by number").fetchall()
    if known == told:
        return set()
    with transaction(con):
        _replace(con, told)
    return {row[1] for row in set(known) ^ set(told)}


def written_over(con: duckdb.DuckDBPyConnection, as_of: date, since: date) -> list[WrittenOver]:
    """Names of exports under which other bytes came since a day, of files that are known; in order of name.

    Only names of which the as-of day sees something: what was delivered after it is nothing to it, whatever bytes came.
    """
    rows = con.execute(
        "with visible as (select distinct name from sighting semi join delivery "
        "on delivery.file_id = sighting.file_id and delivery.exported_on <= $as_of) "
        "select name, min(received_on), max(received_on), count(*), max(received_on) > $as_of from sighting "
        "semi join received_file as file on file.file_id = sighting.file_id and not list_contains($lists, file.kind) "
        "semi join visible on visible.name = sighting.name "
        "where written_over is not null and received_on >= $since group by name order by name",
        {"as_of": as_of, "since": since, "lists": list(REGISTERS)},
    )
    return [WrittenOver(*row) for row in rows.fetchall()]


def seen_order(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, int]:
    """By file its place in the order in which the newest deliveries by the as-of day were seen."""
    rows = con.execute(
        "select file_id, arg_max(seen, (exported_on, seen)) from delivery where exported_on <= $as_of group by file_id",
        {"as_of": as_of},
    )
    return dict(rows.fetchall())


def tied(con: duckdb.DuckDBPyConnection, as_of: date) -> list[tuple[str, str]]:
    """Files delivered on one day for the same days, each with one that was seen later and counts before it.

    What a run_id hashes: the files alone do not tell which of them counts.
    """
    return con.execute(
        "select distinct one.file_id, other.file_id from delivery as one join delivery as other "
        "on other.exported_on = one.exported_on and (other.seen, other.file_id) > (one.seen, one.file_id) "
        "and other.period_from <= one.period_to and one.period_from <= other.period_to "
        "and other.file_id <> one.file_id "
        "join received_file as mine on mine.file_id = one.file_id "
        "join received_file as theirs on theirs.file_id = other.file_id and theirs.source = mine.source "
        "where one.exported_on <= $as_of order by all",
        {"as_of": as_of},
    ).fetchall()


def _replace(con: duckdb.DuckDBPyConnection, sightings: Sequence[Row]) -> None:
    con.execute("delete from sighting")
    columns = [list(column) for column in zip(*sightings, strict=True)]
    if columns:
        con.execute(
            "insert into sighting select unnest($1::integer[]), unnest($2::varchar[]), unnest($3::varchar[]), "
            "unnest($4::date[]), unnest($5::varchar[])",
            columns,
        )
