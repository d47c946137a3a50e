"""What of the past is kept, and for how long: publications by number, reports by age."""

import time
from pathlib import Path

from flows.publishing import history
from flows.settings import Settings

DAY_SECONDS = 86_400


def forget_old(settings: Settings) -> None:
    """Remove publications beyond the number kept and reports older than the days kept.

    What is published, what was issued, the exports and received.jsonl are never touched.
    """
    history.prune(settings.home, settings.keep_publications)
    oldest = time.time() - settings.keep_days * DAY_SECONDS
    for report in _reports(settings.home.reports):
        if report.stat().st_mtime < oldest:
            report.unlink(missing_ok=True)


def _reports(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.html")) if path.is_file()]
