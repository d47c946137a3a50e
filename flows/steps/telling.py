"""What all steps share: their line in the terminal, and the rows that earlier runs kept."""

from contextlib import AbstractContextManager

import polars as pl

from expectations.contracts.stored import Stored
from expectations.gate import Finding, critical, warnings
from expectations.sentences import sentence
from flows.computing.kept import Kept, code_hash
from flows.progress import Step, showing
from flows.settings import Settings

Tables = dict[str, pl.DataFrame]
Aside = dict[str, Stored]
"""Published tables that are in files of the run's scratch and never held whole."""
MEGABYTE = 1_000_000


def telling(code: str, lang: str) -> AbstractContextManager[Step]:
    """The step's line in the terminal, in the reader's language."""
    return showing(sentence(code, lang))


def checked(findings: list[Finding], lang: str) -> str:
    """How many expectations were checked, and how many were not met."""
    broken, warned = len(critical(findings)), len(warnings(findings))
    return sentence("checked", lang, total=len(findings), critical=broken, warnings=warned)


def kept_rows(settings: Settings) -> Kept:
    """What earlier runs of this home computed and found flawless."""
    return Kept(settings.home.kept, int(settings.kept_megabytes * MEGABYTE), code_hash())
