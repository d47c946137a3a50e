"""What units resolved and expected, from the inbox or the agency folder, beside what then happened."""

from datetime import date

import polars as pl

from expectations.agency import Agency, AgencyError
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty
from expectations.kinds import REGISTERS, RegisterKind
from expectations.layout.file_names import ENDINGS
from flows.planning.run import Run
from flows.publishing.issued import first_issues, issued_folder
from flows.warehouse import Warehouse


def folder_entries(agency: Agency) -> dict[str, pl.DataFrame]:
    """Entries of the registers that lie in the agency folder, by kind; a file that is not there has none.

    Raises:
        AgencyError: A file cannot be read, or a row of it: the folder is mended by whoever runs the program.
    """
    found = ((register.name, _of_folder(register, agency)) for register in REGISTERS.values())
    return {name: entries for name, entries in found if entries is not None}


def _of_folder(register: RegisterKind, agency: Agency) -> pl.DataFrame | None:
    from transforms.exports import ExportRefused, Refusal, expand, read_export

    layout = next(one for one in agency.registers if REGISTERS[one.kind] is register)
    paths = [path for ending in ENDINGS["table"] if (path := agency.folder / (register.file + ending)).is_file()]
    if not paths:
        return None
    if len(paths) > 1:
        raise AgencyError("agency_register_twice", folder=agency.folder.name, found=paths[0].name, other=paths[1].name)
    (file,) = expand(paths[0], paths[0].name)
    if isinstance(file, Refusal):
        raise AgencyError("agency_within", folder=agency.folder.name, why=file.sentence(agency.language))
    try:
        reading = read_export(file, layout, agency, date.max, needed=(register.entered,))
        rows = pl.concat([empty(TABLES[register.raw_table]).drop("file_id"), *reading.batches()])
    except ExportRefused as refused:
        raise AgencyError("agency_within", folder=agency.folder.name, why=refused) from refused
    for told in reading.outcome.rejected["sentence"].head(1):
        raise AgencyError("agency_within", folder=agency.folder.name, why=told)
    return rows


def followed(
    warehouse: Warehouse, tables: dict[str, pl.DataFrame], districts: pl.DataFrame, run: Run, run_id: str
) -> dict[str, pl.DataFrame]:
    """The published tables `action` and `opinion`.

    The newest delivery of every list in the inbox by the as-of day is the register; without one, the agency folder's.

    Args:
        warehouse: Holds the inbox's.
        tables: `crime_month`, `forecast` and `forecast_score` of the run.
        districts: `core_district`.
        run: Whose month and as-of day count.
        run_id: Of the run, whose own forecasts are those of its as-of day.
    """
    from transforms.register.follow_up import Known, followed_actions, followed_opinions

    issued_on = {one.run_id: one.as_of for one in first_issues(issued_folder(run.settings.home), run.month, run.as_of)}
    known = Known(
        month=run.month,
        as_of=run.as_of,
        crime_month=tables["crime_month"],
        forecast=tables["forecast"],
        scores=tables["forecast_score"],
        issued_on={run_id: run.as_of, **issued_on},
        districts=districts.select("district", "district_name", "level", "parent"),
    )
    return {
        "action": followed_actions(register_entries(warehouse, REGISTERS["action"], run.agency, run.as_of), known),
        "opinion": followed_opinions(register_entries(warehouse, REGISTERS["opinion"], run.agency, run.as_of), known),
    }


def register_entries(warehouse: Warehouse, register: RegisterKind, agency: Agency, as_of: date) -> pl.DataFrame:
    """A register's entries as a day sees them, with the list and the file they come from.

    The newest delivery of every list in the inbox, or else the agency folder's, which has one list of each.
    """
    came = warehouse.standing_register(register, agency, as_of).entries
    if came is not None:
        return came
    own = _of_folder(register, agency)
    entries = empty(TABLES[register.raw_table]) if own is None else own
    placed = entries if "file_id" in entries.columns else entries.with_columns(file_id=pl.lit(None, pl.String))
    return placed.with_columns(list_name=pl.lit(register.file))
