"""Whose places a page tells: all of the agency's, or those of a station's own cells."""

from dataclasses import dataclass

import polars as pl

from transforms.briefing.page.material import Material, where


@dataclass(frozen=True)
class Ours:
    """Cells of one audience, in frames and in queries.

    Attributes:
        station: Code of the station; None for the whole agency.
    """

    station: str | None

    @classmethod
    def of(cls, made_of: Material) -> "Ours":
        """Those of a page's audience."""
        return cls(None if made_of.is_agency else made_of.audience.code)

    def rows(self, table: pl.DataFrame) -> pl.DataFrame:
        """Their rows of a table of places."""
        return table if self.station is None else table.filter(pl.col("station") == self.station)

    def source(self, table: str, **equal: object) -> str:
        """The same as the end of a query."""
        if self.station is not None:
            equal["station"] = self.station
        return f"from {table} where {where(**equal)}" if equal else f"from {table}"
