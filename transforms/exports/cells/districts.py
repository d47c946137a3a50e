"""Names in a file → district codes of the agency's folder."""

from dataclasses import dataclass

import polars as pl

from expectations.agency import UNKNOWN, Agency, District
from expectations.agency.district_checks import folded as folded
from expectations.agency.district_checks import names_of
from transforms.exports.cells import totals

TOTAL_ENDINGS = (
    "총합계",
    "합계",
    "총계",
    "소계",
    "누계",
    "전체",
    "계",
    "total",
    "subtotal",
    "totals",
    "合計",
    "小計",
    "計",
)


@dataclass(frozen=True)
class Place:
    """What a row says about where.

    Attributes:
        district: Code of the finest district named, or `unknown-<finest known parent>`.
        unknown: The text that names no district, "" where there is none; None where everything named is known.
        is_total: Whether the text is the agency's own name, or reads as a total.
    """

    district: str
    unknown: str | None = None
    is_total: bool = False


class DistrictNames:
    """Finds districts by name, alias or code; exactly, never by a part of the name.

    `광주` inside `경기광주` is another police agency. Box names repeat between stations, so a box is looked for only
    within its station.
    """

    def __init__(self, agency: Agency, levels: tuple[str, ...]) -> None:
        self.levels = levels
        self.root = agency.root
        self.root_names = names_of(agency.root)
        self.by_code = {d.code: d for d in agency.districts}
        named = [d for d in agency.districts if not d.unknown]
        self.stations = {name: d for d in named if d.level == "station" for name in names_of(d)}
        self.totalled = self.root_names | frozenset(self.stations)
        self.boxes = {(d.parent, name): d for d in named if d.level == "box" for name in names_of(d)}
        self.found: dict[tuple[str | None, str | None], Place] = {}

    def places(self, rows: pl.DataFrame) -> pl.DataFrame:
        """District, unknown text and total mark of each row, by its `station` and `box` text.

        Args:
            rows: Has `station` and `box` where the layout maps them.

        Returns:
            One row per row: district (never null), unknown (null where known), is_total.
        """
        named = [level for level in ("station", "box") if level in self.levels and level in rows.columns]
        if not named:
            return pl.DataFrame(
                {
                    "district": pl.repeat(self.root.code, rows.height, eager=True),
                    "unknown": pl.repeat(None, rows.height, dtype=pl.String, eager=True),
                    "is_total": pl.repeat(value=False, n=rows.height, eager=True),
                }
            )
        texts = rows.select(named)
        kinds = texts.unique()
        found = [self.place(row.get("station"), row.get("box")) for row in kinds.to_dicts()]
        answers = kinds.with_columns(
            pl.Series("district", [p.district for p in found], dtype=pl.String),
            pl.Series("unknown", [p.unknown for p in found], dtype=pl.String),
            pl.Series("is_total", [p.is_total for p in found], dtype=pl.Boolean),
        )
        joined = texts.join(answers, on=named, how="left", nulls_equal=True, maintain_order="left")
        return joined.select("district", "unknown", "is_total")

    def place(self, station: str | None, box: str | None) -> Place:
        """Where a row lies, by the text of its station and box columns (None where blank or not mapped)."""
        key = (station, box)
        if key not in self.found:
            self.found[key] = self._place(station, box)
        return self.found[key]

    def _place(self, station: str | None, box: str | None) -> Place:
        home = self.stations.get(folded(station or ""))
        if "station" not in self.levels:
            return self._box_alone(box)
        if home is None:
            text = " / ".join(t for t in (station, box) if t)
            is_total = any(self._is_total(name, self.totalled) for name in (station, box))
            return Place(f"{UNKNOWN}-{self.root.code}", text, is_total=is_total)
        if "box" not in self.levels:
            return Place(home.code)
        inside = self.boxes.get((home.code, folded(box or "")))
        if inside is not None:
            return Place(inside.code)
        collecting = f"{UNKNOWN}-{home.code}"
        if collecting not in self.by_code:  # headquarters: a place of its own, with no boxes to be known
            return Place(home.code)
        # A blank is no name to be added to the folder: it is counted under the unknown box, and not listed.
        is_total = self._is_total(box, names_of(home))
        return Place(collecting, f"{station} / {box}" if box else None, is_total=is_total)

    def _box_alone(self, box: str | None) -> Place:
        """A layout without stations: a box counts as known only where its name is the only one of its kind."""
        fitting: dict[str, District] = {d.code: d for (_, n), d in self.boxes.items() if n == folded(box or "")}
        if len(fitting) == 1:
            return Place(next(iter(fitting)))
        return Place(f"{UNKNOWN}-{self.root.code}", box or "", is_total=self._is_total(box, self.totalled))

    def _is_total(self, name: str | None, over: frozenset[str]) -> bool:
        """Whether a name reads as a total, or as one of the names `over`: "광주경찰청 합계", "동부서 계"."""
        if not name:
            return False
        text = folded(name)
        if text in self.root_names or totals.is_total(name):
            return True
        stems = {text.removesuffix(e) for e in TOTAL_ENDINGS} | {text.removeprefix(e) for e in TOTAL_ENDINGS}
        return bool((stems - {text}) & over)
