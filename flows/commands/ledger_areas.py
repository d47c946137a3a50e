"""Areas of a ledger that a run would not find, told before it is delivered: such entries are shown and not judged."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb

from expectations.agency import Agency
from expectations.kinds import REGISTERS
from expectations.sentences import sentence
from flows.commands.verdict import Verdict
from flows.computing.following import folder_entries
from flows.places.home import Home
from flows.warehouse.registers.entries import standing_register

AREA = REGISTERS["area"]


def unknown_areas(verdicts: Sequence[Verdict], agency: Agency, home: Home, lang: str) -> Iterator[str]:
    """One sentence an entry whose area is no district, no cell of the grid, and no name of a list of areas known here.

    Known are the lists checked with it, those delivered before, and where none was that of the agency folder. Whether a
    cell lies in the study area only a run can say.

    Args:
        verdicts: Of all files checked together.
        agency: Whose districts and grid count.
        home: Holds what was delivered.
        lang: Of the reader.

    Raises:
        AgencyError: The agency folder's list of areas cannot be read.
    """
    districts = {one.code for one in agency.districts}
    asked = [
        (one.file, number, area)
        for one in verdicts
        for number, area in one.areas
        if area not in districts and not _is_cell(area, agency)
    ]
    if not asked:
        return
    names = {name for one in verdicts for name in one.named}
    delivered = _delivered(agency, home)
    if delivered is None:
        yield sentence("check_areas_unseen", lang)
    for file, number, area in asked:
        if area not in names | (delivered or set()):
            yield sentence("check_area_unknown", lang, file=file, one=number, found=area)


def _is_cell(area: str, agency: Agency) -> bool:
    try:
        agency.places.grid.corner(area)
    except ValueError:
        return False
    return True


def _delivered(agency: Agency, home: Home) -> set[str] | None:
    """Names of areas that a run would know by now; None where another program has the warehouse."""
    if home.warehouse.is_file():
        today = datetime.now(ZoneInfo(agency.timezone)).date()
        try:
            with duckdb.connect(str(home.warehouse), read_only=True) as con:
                known = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [AREA.raw_table]).fetchall()
                listed = standing_register(con, AREA, agency, today).entries if known else None
        except duckdb.Error:
            return None
        if listed is not None:
            return set(listed["name"])
    listed = folder_entries(agency).get(AREA.name)
    return set() if listed is None else set(listed["name"])
