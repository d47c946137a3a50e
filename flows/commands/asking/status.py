"""`chian status`: how the last runs went, how fresh each source is, what the next meeting still lacks."""

import shlex
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from expectations.agency import Agency, load_agency
from expectations.contracts.record.run import RUN
from expectations.months import add_months
from expectations.sentences import headings, sentence
from flows.commands.asking.answer import write_table
from flows.commands.error import CommandError
from flows.places.home import Home, HomeError
from flows.publishing import history
from flows.publishing.publication import PublicationInfo, opened, published
from flows.settings import Settings

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_RUNS = 5
_KILLED = "killed"
_OWN_REASONS = {
    "by hand": "reason_by_hand",
    "scheduled": "reason_scheduled",
    "demonstration": "reason_demonstration",
}
_NAMED = ("started_at", "month", "as_of", "status", "run_id", "reason")
_LAST_RUNS = f"""SELECT {", ".join(_NAMED)}
                 FROM (FROM run ORDER BY started_at DESC LIMIT {_RUNS}) ORDER BY started_at"""


@dataclass(frozen=True)
class _Known:
    """What one of the two databases says: the warehouse, or where it cannot be opened the publication.

    Attributes:
        lacking: Sentences on what the next meeting lacks; None where only the warehouse could tell.
    """

    runs: list[tuple[Any, ...]]
    freshness: dict[str, tuple[Any, ...]]
    lacking: list[str] | None


def status(settings: Settings) -> None:
    """Print the last runs, the freshness of every source and what the month before this one lacks.

    Takes no lock and writes nothing. While a run works on the warehouse, what the publication knows is shown instead.

    Raises:
        AgencyError: The agency folder cannot be used.
        PublishingError: The publication cannot be read.
        CommandError: The home holds nothing yet.
        HomeError: The home is another agency's: then what was published and run is told, and of the sources nothing.
    """
    lang, home = settings.language, settings.home
    agency, info = load_agency(settings.agency), published(home)
    if info is not None and history.is_genuine(home) is False:
        raise CommandError("publication_changed", file=home.strategy, run_id=info.run_id)
    if info is None and (kept := history.entries(home)):
        raise CommandError("publication_gone", file=home.strategy, run_id=kept[-1].run_id)
    other = _other_agency(home, agency)
    today = datetime.now(ZoneInfo(agency.timezone)).date()
    month = add_months(today, -1)
    known, trouble = _from_warehouse(settings, agency, month, today)
    if known is None and info is not None:
        with opened(home.strategy) as con:
            known = _Known(_runs(con), _freshness(_published_files(con)), None)
    if known is None and trouble is None:
        raise CommandError("nothing_run", home=home.root)
    _say(_publication_line(info, lang))
    if info is not None:
        _show_ways(home.strategy, lang)
    if trouble:
        _say(trouble)
    if known:
        _show_runs(known, lang)
        if other is not None:
            sys.stdout.flush()
            raise other
        _show_sources(known, agency, lang)
        if known.lacking is not None:
            _show_lacking(known.lacking, bool(agency.sources.required), month, lang)


def _other_agency(home: Home, agency: Agency) -> HomeError | None:
    """Why this agency folder says nothing of the home's sources, where it does not."""
    try:
        home.check(agency.code)
    except HomeError as error:
        if error.code != "home_other_agency":
            raise
        return HomeError("status_other_agency", **error.values)
    return None


def _from_warehouse(settings: Settings, agency: Agency, month: date, today: date) -> tuple[_Known | None, str | None]:
    """What the warehouse knows, or the sentence why it cannot be asked; neither before the first run."""
    import duckdb

    from flows.warehouse.facts.history import missing
    from flows.warehouse.lock import LOCK, holder
    from flows.warehouse.received_files import known_files

    if not settings.home.warehouse.is_file():
        return None, None
    try:
        with duckdb.connect(str(settings.home.warehouse), read_only=True) as con:
            lacking = [gap.sentence(settings.language) for gap in missing(con, agency, month, today)]
            return _Known(_ended(_runs(con)), _freshness(known_files(con, today, settings.language)), lacking), None
    except duckdb.Error as error:
        if "Could not set lock" in str(error):
            return None, sentence("status_running", settings.language, **holder(settings.home.root / LOCK))
        return None, sentence("warehouse_unreadable", settings.language, why=str(error).splitlines()[0])


def _ended(runs: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Runs of a store that nobody works on: one entered as running has been killed, and no run has come since."""
    return [
        tuple(
            _KILLED if name == "status" and value == "running" else value
            for name, value in zip(_NAMED, run, strict=True)
        )
        for run in runs
    ]


def _runs(con: "duckdb.DuckDBPyConnection") -> list[tuple[Any, ...]]:
    return con.execute(_LAST_RUNS).fetchall()


def _published_files(con: "duckdb.DuckDBPyConnection") -> "pl.DataFrame":
    """Table `source_file` of the publication, read without Arrow, whose import would take longer than all the rest."""
    import polars as pl

    from expectations.contracts.ddl import polars_schema
    from expectations.contracts.record.source_file import SOURCE_FILE

    return pl.DataFrame(con.execute("FROM source_file").fetchall(), schema=polars_schema(SOURCE_FILE), orient="row")


def _freshness(source_files: "pl.DataFrame") -> dict[str, tuple[Any, ...]]:
    """By source: files accepted, last day they cover, newest export, files refused."""
    import polars as pl

    accepted = pl.col("status") == "accepted"
    per_source = source_files.drop_nulls("source").group_by("source")
    fresh = per_source.agg(
        accepted.sum(),
        pl.col("period_to").filter(accepted).max(),
        pl.col("exported_on").max(),
        refused=(pl.col("status") == "refused").sum(),
    )
    return {source: tuple(rest) for source, *rest in fresh.rows()}


def _publication_line(info: PublicationInfo | None, lang: str) -> str:
    if info is None:
        return sentence("status_unpublished", lang)
    line = sentence("status_published", lang, month=info.folder, as_of=info.as_of, run_id=info.run_id)
    parts = [line, *(sentence(code, lang) for code, told in (("status_incomplete", not info.complete),
                                                            ("generated_data", info.generated)) if told)]  # fmt: skip
    return " ".join(parts)


def _show_ways(strategy: Path, lang: str) -> None:
    """How programs open the publication: read-only, for a client's default asks to write and is refused."""
    ways = (
        ("Python", f"duckdb.connect({str(strategy)!r}, read_only=True)"),
        ("DuckDB CLI", f"duckdb -readonly {shlex.quote(str(strategy))}"),
        ("DBeaver", f"{strategy}, {sentence('status_dbeaver', lang)} duckdb.read_only = true"),
    )
    _say(sentence("status_open", lang))
    for client, way in ways:
        _say(f"  {client:<10}  {way}")


def _show_runs(known: _Known, lang: str) -> None:
    sys.stdout.write("\n")
    names = headings("headings_status_runs", lang)
    words = {**RUN.column("status").in_words(lang), _KILLED: sentence("word_killed", lang)}
    shown = [
        (f"{at:%Y-%m-%d %H:%M}", f"{month:%Y-%m}", as_of, words.get(ended, ended), run_id, _why(reason, lang))
        for at, month, as_of, ended, run_id, reason in known.runs
    ]
    write_table(sys.stdout, names, ("VARCHAR",) * len(names), shown, fold_last=True)
    if any(run[_NAMED.index("status")] == _KILLED for run in known.runs):
        _say("\n" + sentence("status_killed", lang))


def _why(reason: str, lang: str) -> str:
    """Why a run was made: chian's own reasons in the reader's language, an operator's as it was given."""
    return sentence(_OWN_REASONS[reason], lang) if reason in _OWN_REASONS else reason


def _show_sources(known: _Known, agency: Agency, lang: str) -> None:
    sys.stdout.write("\n")
    rows = []
    for layout in agency.layouts:
        title = layout.title if lang == "ko" else layout.title_en
        required = sentence("headings_yes", lang) if layout.name in agency.sources.required else ""
        files, covers, exported, refused = known.freshness.get(layout.name, (0, None, None, 0))
        rows.append((layout.name, files, covers or "", exported or "", refused, required, title))
    kinds = ("VARCHAR", "BIGINT", "DATE", "DATE", "BIGINT", "VARCHAR", "VARCHAR")
    write_table(sys.stdout, headings("headings_status_sources", lang), kinds, rows, fold_last=True)


def _show_lacking(lacking: list[str], required: bool, month: date, lang: str) -> None:
    sys.stdout.write("\n")
    if not lacking:
        _say(sentence("status_ready" if required else "status_nothing_required", lang, month=f"{month:%Y-%m}"))
        return
    _say(sentence("status_lacking", lang, month=f"{month:%Y-%m}"))
    for line in lacking:
        _say(f"- {line}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
