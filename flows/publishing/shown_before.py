"""What readers were shown before a run, as far as the run follows it: no published month may vanish unnoticed."""

from collections.abc import Iterator
from datetime import date

import duckdb
import polars as pl

from expectations.gate import Published
from expectations.months import month_range
from flows.places.home import Home
from flows.places.strategy_file import PublishingError
from flows.planning.vintage import Vintage
from flows.publishing import history
from flows.publishing.publication import opened, published


def shown_before(home: Home, vintage: Vintage, files: pl.DataFrame) -> Published | None:
    """The publication that a month's tables are held against; None where there is none, or one of a later as-of day.

    Later months are left out: the run does not speak of them. So are those of exports that an operator
    withdrew, or had counted again, since: that is why they change.

    Args:
        home: Whose publication.
        vintage: The month, and the as-of day that decides.
        files: Contract `source_file`: what the run may see.
    """
    try:
        info = published(home)
        if info is None or info.as_of > vintage.as_of or info.agency != vintage.agency.code:
            return None
        if history.is_genuine(home) is False:
            return None  # not what was published: the run makes it again
        with opened(home.strategy) as con:
            crime, calls, was = (con.sql(f"from {name}").pl() for name in ("crime_month", "call_month", "source_file"))
    except (PublishingError, duckdb.Error):
        return None  # damaged: the run makes it again
    crime, calls = (frame.filter(pl.col("month") <= vintage.month) for frame in (crime, calls))
    return Published(info.as_of, crime, calls, frozenset(_decided(was, files)))


def _decided(was: pl.DataFrame, now: pl.DataFrame) -> Iterator[date]:
    """Months of files that are withdrawn now and were not, or the other way round."""
    both = now.join(was.select("file_id", pl.col("status").alias("before")), on="file_id", how="inner")
    decided = both.filter((pl.col("status") == "withdrawn") != (pl.col("before") == "withdrawn"))
    for first, last in decided.select("period_from", "period_to").drop_nulls().iter_rows():
        yield from month_range(first, last)
