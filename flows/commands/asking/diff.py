"""`chian diff`: what changed between two publications, and which files caused it."""

import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

from expectations.sentences import headings, sentence
from flows.commands.asking.answer import write_table
from flows.commands.error import CommandError
from flows.places.home import Home
from flows.publishing import history
from flows.publishing.difference import Difference, difference
from flows.publishing.publication import PublicationInfo, read_publication
from flows.settings import Settings

SHOWN = 40
"""Files listed; how many there are more is said."""
SHORT = 16
STRATEGY = "strategy.duckdb"


def diff(settings: Settings, first: str | None, second: str | None) -> None:
    """Print what changed from the first publication to the second.

    Args:
        settings: Whose home.
        first: A run id or the beginning of one, or a folder with a strategy.duckdb; default the publication before the
            second.
        second: The same; default the present publication.

    Raises:
        CommandError: A publication is not kept or cannot be read.
        PublishingError: One is no publication, or is damaged.
    """
    home, lang = settings.home, settings.language
    try:
        after = _strategy(home, second) if second else _present(home)
        before = _strategy(home, first) if first else _before(home, after)
        told = [read_publication(path) for path in (before, after)]
        found = difference(before, after)
    except duckdb.Error as error:
        raise CommandError("publication_unreadable", file=STRATEGY, why=str(error).splitlines()[0]) from error
    _show(found, told, lang)


def _present(home: Home) -> Path:
    if not home.strategy.is_file():
        raise CommandError("nothing_published", home=home.root)
    return home.strategy


def _before(home: Home, after: Path) -> Path:
    """The publication that another took the place of."""
    info = read_publication(after)
    entry = next((e for e in reversed(history.entries(home)) if e.run_id == info.run_id), None)
    earlier = history.before(home, entry) if entry else None
    if earlier is None:
        raise CommandError("diff_no_earlier", run_id=info.run_id)
    return earlier.strategy


def _strategy(home: Home, wanted: str) -> Path:
    """The database of a run that is published, kept, or stands beside the publication; or of a folder.

    Raises:
        CommandError: There is none, or the beginning of a run id is that of several.
    """
    path = Path(wanted).expanduser()
    for given in (path, path / STRATEGY):
        if given.is_file():
            return given
    runs = {entry.run_id: entry.strategy for entry in history.entries(home)}
    for place in (home.strategy, *sorted(home.published.glob(f"*/{history.AS_OF}*/{STRATEGY}"))):
        if place.is_file():
            runs.setdefault(read_publication(place).run_id, place)
    meant = sorted(run_id for run_id in runs if run_id.startswith(wanted))
    if len(meant) != 1:
        listed = ", ".join(meant or sorted(runs)) or "–"
        raise CommandError("diff_ambiguous" if meant else "diff_unknown", wanted=wanted, runs=listed)
    return runs[meant[0]]


def _show(found: Difference, publications: list[PublicationInfo], lang: str) -> None:
    names = [f"{info.folder} · {info.as_of} · {info.run_id}" for info in publications]
    _say(sentence("diff_head", lang, first=names[0], second=names[1]))
    changed = [table for table in found.tables if table.added or table.removed or table.changed]
    if not (changed or found.terms or found.files):
        _say(sentence("diff_same", lang))
        return
    for name, before, after in found.terms:
        _say(
            "- "
            + sentence(
                "diff_term", lang, term=sentence(f"term_{name}", lang), before=_short(before), after=_short(after)
            )
        )
    if found.files:
        rows = [
            (f.name, sentence(f"diff_{f.what}", lang), f.source, f.period_from, f.period_to, f.cells)
            for f in found.files[:SHOWN]
        ]
        _table(headings("headings_diff_files", lang), ("VARCHAR",) * 5 + ("BIGINT",), rows)
        if len(found.files) > SHOWN:
            _say(sentence("diff_more_files", lang, count=len(found.files) - SHOWN))
    elif changed:
        _say(sentence("diff_no_file", lang))
    _table(
        headings("headings_diff_tables", lang),
        ("VARCHAR",) + ("BIGINT",) * 4,
        [(t.table, t.same, t.added, t.removed, t.changed) for t in changed],
    )
    cells = [
        (c.table, c.column, " · ".join(str(k) for k in c.key), c.before, c.after, ", ".join(c.files) or "–")
        for c in found.cells
    ]
    _table(headings("headings_diff_cells", lang), ("VARCHAR",) * 3 + ("DOUBLE",) * 2 + ("VARCHAR",), cells)


def _table(names: tuple[str, ...], kinds: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        sys.stdout.write("\n")
        write_table(sys.stdout, names, kinds, rows, fold_last=True)


def _short(value: object) -> str:
    """A term as a line can show it; of a hash or a long text, enough to tell it from another."""
    text = "–" if value is None else str(value)
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
