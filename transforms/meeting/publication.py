"""What table `publication` says of a month's tables: whether they are whole, and whether they are a demonstration's."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from expectations.agency import Agency
from expectations.agency.awaited import awaited
from expectations.kinds import KINDS


def is_whole(tables: Mapping[str, pl.DataFrame], agency: Agency, month: date) -> bool:
    """Whether the agency's own rows of the month are complete in every group a source it waits for belongs to."""
    groups = {KINDS[agency.layout(one.source).kind].group for one in awaited(agency, month)}
    looked_at = [name for name, group in (("crime_month", "crime"), ("call_month", "call")) if group in groups]
    of_agency = pl.col("district") == agency.root.code
    own = of_agency & (pl.col("month") == month)
    if "crime_month" in looked_at:
        # A crime type of which nothing at all is known has no row: its absence shows beside the month before.
        before = tables["crime_month"].filter(of_agency, pl.col("month") == pl.lit(month).dt.offset_by("-1mo"))
        there = tables["crime_month"].filter(own)
        if there.height and before.join(there, on="crime_type", how="anti").height:
            return False
    return all(tables[name].filter(own)["complete"].all() for name in looked_at)


def is_generated(files: pl.DataFrame, agency: Agency) -> bool:
    """Whether any accepted file is demonstration data by its layout's mark in the name."""
    marks = {layout.name: layout.generated for layout in agency.layouts if layout.generated}
    accepted = files.filter(pl.col("status") == "accepted").select("source", "name").iter_rows()
    return any(source in marks and marks[source] in name for source, name in accepted)
