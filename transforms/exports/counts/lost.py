"""What a counts table does not say because rows of it are lost: those cells are unknown, never zero.

A district without a row for a crime type counts as zero. Where a row was rejected, that zero may be the rejected row.
"""

from collections.abc import Iterable, Sequence
from datetime import date

import polars as pl

from expectations.agency import UNKNOWN
from transforms.exports.cells.districts import DistrictNames, folded
from transforms.exports.counts.cells import MEASURES, known_types
from transforms.exports.facts import Facts, Lost, Source
from transforms.exports.formats import Misfit, RowFault

COUNTLESS = ("error_cell", "formula_without_value", "not_a_number", "negative_count", "count_too_large")
"""Reasons to reject a row whose place is known, but not its count."""
PLACELESS = ("missing_value", "impossible_date", "unknown_district", "unknown_code")
"""Reasons to reject a row of which it is not known where, when or what it counts."""
FACT = ["row_number", "unit", "district", "crime_type"]


def lost_lines(misfits: Sequence[Misfit], faults: Sequence[RowFault], source: Source) -> list[Lost]:
    """Rows that could not be read at all, by the names that stand in them; one that names no place is a remark."""
    rows = [*(misfit.cells for misfit in misfits), *(fault.cells for fault in faults)]
    columns = source.layout.columns
    places = [level for level in source.layout.levels if level in columns]
    types = _types(source) if "crime_type" in columns else {}
    lost = []
    for row in rows:
        texts = [cell.strip() for cell in row]
        districts = _named(texts, places, source.districts)
        crime_type = next((types[text] for text in texts if text in types), None)
        filled = any(columns[level].fill_down for level in places)
        if districts is None and (crime_type is None or (places and not filled)):
            continue
        lost.append(Lost(None, districts, crime_type))
    return lost


def lost_facts(facts: Facts, source: Source) -> tuple[pl.Series, list[Lost]]:
    """Numbers of the rejected rows whose place is known, and what is known of the others.

    What a total, a row of another period or one that another part speaks of says is told elsewhere.
    """
    assert facts.cells is not None
    numbers = facts.columns["row_number"]
    sound = pl.repeat(value=True, n=numbers.len(), eager=True) if facts.idle is None else ~facts.idle
    for fault in facts.faults:
        if fault.reason == "outside_scope":
            sound &= ~fault.rows
    nowhere = pl.repeat(value=False, n=numbers.len(), eager=True)
    placed, placeless = nowhere, nowhere
    for fault in facts.faults:
        if fault.reason in COUNTLESS:
            placed |= fault.rows & sound
        if fault.reason in PLACELESS:
            placeless |= fault.rows & sound
        sound &= ~fault.rows
    blank = facts.unknown_district == ""
    own = facts.cells.filter(pl.col("row_number").is_in(numbers.filter(placeless).implode()))
    somewhere = _is_known("unknown", closed=source.layout.districts_closed)
    listed = _is_known("unlisted", closed=source.layout.codes_closed)
    lost = own.select("unit", pl.when(somewhere).then("district"), pl.when(listed).then("crime_type")).unique()
    return numbers.filter(placed | (placeless & blank.fill_null(value=False))), [
        Lost(unit, frozenset([district]) if district else None, crime_type)
        for unit, district, crime_type in lost.sort(pl.all()).iter_rows()
    ]


def _is_known(text: str, *, closed: bool) -> pl.Expr:
    """Whether a name says where a row counts: one not listed does where the list is open, a blank never."""
    return pl.col(text).is_null() | ((pl.col(text) != "") & pl.lit(not closed))


def unknown_cells(facts: pl.DataFrame, lost: Iterable[Lost], types: Sequence[str]) -> pl.DataFrame:
    """Facts that say nothing, of what lost rows may have said.

    Where a row's place is known, it is that one, and whatever else was counted there is less than all. Else it is each
    that fits and of which the file says nothing. Each stands under the number of a row of its month.

    Args:
        facts: What the rows that stand say.
        lost: The rows that do not.
        types: Crime types the file speaks of.
    """
    carriers = dict(facts.group_by("unit").agg(pl.col("row_number").max()).iter_rows())
    told = set(facts.select("unit", "district", "crime_type").iter_rows())
    here = sorted({district for _, district, _ in told})
    found: dict[tuple[date, str, str], None] = {}
    for row in dict.fromkeys(lost):
        units = [row.unit] if row.unit else sorted(carriers)
        districts = sorted(row.districts) if row.districts is not None else here
        kinds = [row.crime_type] if row.crime_type else types
        is_placed = len(units) == len(districts) == len(kinds) == 1 and row.districts is not None
        for cell in ((unit, district, kind) for unit in units for district in districts for kind in kinds):
            if cell[0] in carriers and (cell not in told or (is_placed and row.crime_type)):
                found[cell] = None
    rows = [(carriers[unit], unit, district, kind) for unit, district, kind in sorted(found)]
    schema = {name: facts.schema[name] for name in FACT}
    empty = [pl.lit(None, pl.Int64).alias(name) for name in MEASURES]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(*empty)


def _types(source: Source) -> dict[str, str]:
    """Crime type by text; texts of other types say that it is one of those."""
    return {text: code for text, code in known_types(source.agency, source.layout).items() if text}


def _named(texts: Sequence[str], places: Sequence[str], names: DistrictNames) -> frozenset[str] | None:
    """Districts of the finest level that a row may be of, by the names in it; None where it names none."""
    if not places:
        return None
    found = (names.stations.get(folded(text)) for text in texts if text)
    station = next((district for district in found if district is not None), None)
    if station is None:
        return None
    if "box" not in places:
        return frozenset([station.code])
    inside = {name: box.code for (parent, name), box in names.boxes.items() if parent == station.code}
    box = next((inside[folded(text)] for text in texts if folded(text) in inside), None)
    return frozenset([box] if box else [*inside.values(), f"{UNKNOWN}-{station.code}"])
