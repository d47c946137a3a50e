"""What a run does first: finish or remove what a killed one left, and say which of what is kept is not what it was."""

from expectations.sentences import sentence
from flows.places.beside import foreign
from flows.places.home import Home
from flows.places.strategy_file import PublishingError
from flows.progress import showing
from flows.publishing import history, is_settled, published, recover
from flows.publishing.issued import changed_issues, issued_folders


def tidy(home: Home, lang: str, *, restored: bool, rebuilt: bool) -> None:
    """Bring the publication and what is kept of earlier ones in order; the caller holds the warehouse's lock.

    Args:
        home: Whose.
        lang: Of what is said.
        restored: Whether home.json was lost and is written again.
        rebuilt: Whether the warehouse was lost and is about to be made again.
    """
    beside = foreign(home.strategy)
    recover(home)
    notes = [sentence("home_card_restored", lang, file=home.card)] if restored else []
    notes += [sentence("warehouse_rebuilt", lang, file=home.warehouse)] if rebuilt else []
    if beside:
        found = ", ".join(str(path.relative_to(home.published)) for path in beside)
        notes.append(sentence("publication_beside_removed", lang, found=found))
    if notes := notes + _of_what_is_kept(home, lang):
        with showing(sentence("tidying", lang)) as step:
            step.notes = notes


def in_order(home: Home) -> bool:
    """Whether `tidy` would find nothing to do and nothing to say."""
    there = home.card.exists() and home.warehouse.exists() and home.strategy.exists()
    return there and is_settled(home) and not _of_what_is_kept(home, "en")


def _of_what_is_kept(home: Home, lang: str) -> list[str]:
    """What is not as it was left of the publication, of earlier ones and of issued forecasts."""
    notes = _of_the_publication(home, lang)
    for entry in history.damaged(home):
        notes.append(sentence("history_damaged", lang, run_id=entry.run_id, folder=entry.folder))
    changed = [path for folder in issued_folders(home) for path in changed_issues(folder)]
    return notes + [sentence("issue_changed", lang, file=path) for path in changed]


def _of_the_publication(home: Home, lang: str) -> list[str]:
    """What is to be said of a publication that a run is to make again."""
    try:
        info = published(home)
    except PublishingError as error:
        return [error.sentence(lang)]
    if info is None and (kept := history.entries(home)):
        return [sentence("publication_gone", lang, file=home.strategy, run_id=kept[-1].run_id)]
    if info is not None and history.is_genuine(home) is False:
        return [sentence("publication_changed", lang, file=home.strategy, run_id=info.run_id)]
    return []
