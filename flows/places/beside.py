"""What lies beside a published database and is not chian's: DuckDB would read a log there as part of the database."""

from pathlib import Path

STRATEGY = "strategy.duckdb"


def beside(strategy: Path) -> list[Path]:
    """What bears the database's name and is not it: logs, spilled pages, a half-written copy; sorted.

    A database is written aside and put in place closed, so no such name is ever chian's. Any DuckDB that opens the file
    replays `strategy.duckdb.wal`, read-only or not, and shows what it says.
    """
    patterns = (f"{strategy.name}.*", f"tmp_{strategy.name}*")
    return sorted(path for pattern in patterns for path in strategy.parent.glob(pattern))


def told_beside(strategy: Path) -> dict[str, object] | None:
    """The values of sentence `publication_beside`; None where nothing lies beside the database."""
    found = beside(strategy)
    return {"file": strategy, "found": ", ".join(path.name for path in found)} if found else None


def foreign(strategy: Path) -> list[Path]:
    """What lies so beside any database of what is published, of which `strategy` is the newest."""
    places = [strategy, *(one / STRATEGY for one in strategy.parent.glob("[0-9]*-[0-9]*/as-of-*"))]
    return sorted(path for place in places for path in beside(place))
