"""How a run fails: stopped by the gate, or for a reason that one sentence tells."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from expectations.gate import Finding
from expectations.sentences import Failure, sentence
from flows.warehouse.failure import DAMAGED


class RunStopped(Exception):
    """The gate stopped a run before anything was published.

    Its own text names promises only: Prefect keeps it with the run, and a finding's sentence may quote a cell.

    Attributes:
        findings: The critical findings.
        report: Where the validation report was written.
    """

    def __init__(self, findings: Sequence[Finding], report: Path) -> None:
        """Keep what was found and where it is told."""
        self.findings, self.report = list(findings), report
        super().__init__(f"the gate stopped the run: {', '.join(self.promises)}; the report {report} has the findings")

    @property
    def promises(self) -> list[str]:
        """The broken promises, each once, as table: expectation."""
        return list(dict.fromkeys(finding.promise for finding in self.findings))


def explain(error: BaseException, lang: str) -> str | None:
    """One sentence for an expected failure, or None where it is a fault of the program and its traceback is wanted."""
    if isinstance(error, Failure):
        return error.sentence(lang)
    if isinstance(error, OSError):
        return sentence("disk_trouble", lang, path=error.filename or "CHIAN_HOME", why=error.strerror or error)
    if isinstance(error, MemoryError):
        return sentence("no_memory", lang)
    if isinstance(error, duckdb.Error):
        return _of_duckdb(str(error).splitlines()[0], lang)
    return _of_polars(error, lang) or _of_server(error, lang)


def _of_polars(error: BaseException, lang: str) -> str | None:
    """What the system refused while Parquet was written or read, which polars tells as a fault of the file."""
    from polars.exceptions import ComputeError

    refused = re.search(r"\(os error (\d+)\)", str(error)) if isinstance(error, ComputeError) else None
    return sentence("disk_trouble", lang, path="CHIAN_HOME", why=os.strerror(int(refused[1]))) if refused else None


def _of_server(error: BaseException, lang: str) -> str | None:
    """A server that PREFECT_API_URL names, and that is not there or asks for a password."""
    import httpx

    url = os.environ.get("PREFECT_API_URL")
    if url and isinstance(error, httpx.HTTPStatusError):
        return sentence("server_refused", lang, url=url, status=error.response.status_code)
    if url and (isinstance(error, httpx.TransportError) or str(error).startswith("Failed to reach API")):
        return sentence("server_absent", lang, url=url)
    return None


def _of_duckdb(why: str, lang: str) -> str | None:
    """A full disk or a damaged file; anything else DuckDB says is a fault of the program."""
    if any(sign in why for sign in ("No space left", "Could not write", "could not write", "Disk quota")):
        return sentence("disk_trouble", lang, path="CHIAN_HOME", why=why)
    if any(sign in why for sign in DAMAGED):
        return sentence("warehouse_damaged", lang, path="CHIAN_HOME/warehouse.duckdb", why=why)
    return sentence("disk_trouble", lang, path="CHIAN_HOME", why=why) if why.startswith("IO Error") else None
