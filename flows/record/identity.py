"""What a run is: the hash of everything it may see and that changes its results."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flows.places.home import Home
from flows.planning.vintage import Vintage
from flows.program import code_version, digest, program_hash
from flows.publishing.issued import first_issues, issued_folders
from flows.warehouse import Collected, Warehouse
from forecasts.tables.engine import engine_settings

SHORT = 16
"""Hex digits of a sha256 that name a thing in a list; its whole hash is in `inputs_hash`."""


@dataclass(frozen=True)
class Identity:
    """A run as table `run` tells it apart from others.

    Attributes:
        run_id: Equal for runs that may see the same and would compute the same.
        inputs_hash: Everything table `source_file` says of the files it may see.
        code_hash: The program's files and the packages beside it: what the version does not tell in a checkout.
        inputs: JSON object that lists what it saw.
        accepted: JSON object of the months whose loss is confirmed; None where none is.
    """

    run_id: str
    inputs_hash: str
    code_hash: str
    inputs: str
    accepted: str | None = None


def identify(warehouse: Warehouse, arrived: Collected, vintage: Vintage, home: Home) -> Identity:
    """Say what the run is, from the files received and the issues of earlier months alone."""
    agency, month, as_of = vintage.agency, vintage.month, vintage.as_of
    files = warehouse.source_files(agency, as_of)
    accepted = warehouse.accepted(as_of)
    inputs_hash = digest(
        files.rows(),
        warehouse.current_files(as_of),
        warehouse.register_deliveries(agency, as_of),
        sorted(accepted.items()),
        warehouse.tied(as_of),
        warehouse.written_over(as_of, month),
        warehouse.lost(agency, as_of),
    )
    issued = [one.sha256 for folder in issued_folders(home) for one in first_issues(folder, month, as_of)]
    run_id = run_identity(vintage, [inputs_hash], issued, engine_settings(agency))
    seen = files.select("file_id", "status").rows()
    inputs = {
        "files": [file_id for file_id, status in seen if status != "withdrawn"],
        "withdrawn": [file_id for file_id, status in seen if status == "withdrawn"],
        "issued": _short(issued),
        # Told by the validation page, though they change no table: without them an unchanged run is not the same.
        "accepted": {f"{of:%Y-%m}": str(on) for of, on in accepted.items()},
        "left_alone": digest(arrived.left_alone, arrived.stale)[:SHORT],
    }
    told = json.dumps(inputs["accepted"], sort_keys=True) if accepted else None
    return Identity(run_id, inputs_hash, program_hash(), json.dumps(inputs, sort_keys=True), told)


def run_identity(
    vintage: Vintage, inputs: Sequence[object], issued: Sequence[object], settings: dict[str, object]
) -> str:
    """16 hex digits that are equal for runs that may see the same and would compute the same.

    Hashes the files current at the as-of, earlier origins' issued forecasts and places, settings that change results,
    the agency folder, the month, the as-of and the version; not the number of workers nor where the home lies.
    """
    told = (vintage.agency.hash, vintage.month, vintage.as_of, list(inputs), list(issued), settings)
    return digest(code_version(), *told)[:16]


def _short(hashes: Sequence[str]) -> list[str]:
    return [sha256[:SHORT] for sha256 in hashes]
