"""The packaged agency with fourteen months of one case in twelve: a run of it takes seconds."""

import zlib
from pathlib import Path

from expectations.agency import packaged
from tests.flows.places import Place, copied_agency
from tests.resilience.small_exports import list_table, xlsx
from transforms.demonstration.crime_exports import crime_exports
from transforms.demonstration.exports import LAST_MONTH, SEED
from transforms.demonstration.faults import planted

MONTH, AS_OF = "2024-03", "2024-04-10"
MONTHS = 14
EVERY = 12


def thinned(data: bytes) -> bytes:
    """An export of crimes with one case in twelve."""
    header, *rows = data.splitlines(keepends=True)
    return b"".join([header, *filter(_is_kept, rows)])


def _is_kept(row: bytes) -> bool:
    """Whether a case is one of the twelfth: by its number, so that a later export of the month tells it again."""
    return zlib.crc32(row.split(b",", 1)[0]) % EVERY == 0


def small_home(folder: Path) -> Place:
    """A home, an inbox of sound exports and a quick agency folder; nothing has been run."""
    agency = copied_agency(packaged(), folder / "agency", candidates=["seasonal_naive", "smoothing"], score_origins=1)
    inbox = folder / "inbox"
    inbox.mkdir()
    for name, data in crime_exports(SEED, LAST_MONTH, MONTHS, planted(LAST_MONTH)):
        (inbox / name).write_bytes(thinned(data))
    (inbox / "시연_사건검색리스트_202403_20240403.xlsx").write_bytes(xlsx(list_table()[:30]))
    return Place(folder / "home", agency, inbox, {"CHIAN_LANG": "en"})
