"""Where a nation's database may be written."""

from pathlib import Path

from flows.ending.refusal import CommandError
from flows.places.outside import require_file_outside
from flows.settings import Settings

_SUFFIX = ".duckdb"


def database_path(settings: Settings, out: Path) -> Path:
    """The real path of a database to write.

    Raises:
        CommandError: Its name does not end in .duckdb, or its folder is not there.
        OutError: It is a link or no file, or lies in what is chian's, an agency's or the system's.
    """
    if out.suffix != _SUFFIX:
        raise CommandError("nation_out_name", out=out)
    target = require_file_outside(settings.home, out, settings.agency)
    if not target.parent.is_dir():
        raise CommandError("nation_out_folder", out=out)
    return target
