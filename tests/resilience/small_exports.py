"""One small export of each kind the packaged agency and the town read, as they come: sound, a few dozen rows."""

import gzip
import io
import zipfile
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import xlsxwriter
import xlwt

from tests.flows import town
from transforms.demonstration.annual_tables import annual_tables
from transforms.demonstration.call_exports import LIST_HEADER, hub_text, list_rows
from transforms.demonstration.calls import calls_of_month
from transforms.demonstration.crime_exports import delimited, export_text
from transforms.demonstration.exports import LAST_MONTH, SEED
from transforms.demonstration.faults import planted
from transforms.demonstration.incidents import incidents_of_month
from transforms.demonstration.list_workbook import CREATED

ROWS = 40
EXPORTED = "20240405"
"""Day in the names: after the demonstration's own exports of the month, so that these are the ones that count."""
NEW_HEADER = ("RECV_CPLT_DM", "NPA_CL", "EVT_CL_CD", "SME_EVT_YN", "RECV_DEPT_NM", "HPPN_PNU_ADDR", "HPPN_X", "HPPN_Y")
OLD_HEADER = ("RECV_CPLT_DT", "RECV_CPLT_TM", "NPA_CL", "EVT_CL_CD", "SME_EVT_YN", "HPPN_OLD_ADDR", "HPPN_X", "HPPN_Y")


@dataclass(frozen=True)
class SmallExport:
    """One sound export.

    Attributes:
        name: Its file name.
        data: Its bytes.
        agency: Whose layout reads it.
        encoding: Of its text; empty where it is no text.
        delimiter: Between its fields; empty where it has none.
    """

    name: str
    data: bytes
    agency: Literal["gwangju", "town"] = "gwangju"
    encoding: str = ""
    delimiter: str = ""

    @property
    def text(self) -> str:
        """What it says, where it is text."""
        return self.data.decode(self.encoding)

    @property
    def lines(self) -> list[str]:
        """Its lines without their ends, the header first."""
        return self.text.splitlines()


@cache
def small_exports() -> tuple[SmallExport, ...]:
    """Every layout of the packaged agency, in the encodings and containers it comes in, and the town's."""
    crime, calls = _crime(), _hub()
    name, data = town.export(date(2022, 1, 1), town.usual(date(2022, 1, 1)), date(2022, 2, 5))
    return (
        SmallExport(f"시연_발생사건_202403_{EXPORTED}.csv", crime.encode("cp949"), encoding="cp949", delimiter=","),
        SmallExport(f"시연_발생사건_202402_{EXPORTED}.csv", crime.replace("2024-03", "2024-02").encode("utf-8-sig"),
                    encoding="utf-8-sig", delimiter=","),
        SmallExport("시연_NPA_DCR_RCP_202206_20220705.txt", calls.encode("cp949"), encoding="cp949", delimiter="|"),
        SmallExport(f"시연_사건검색리스트_202403_{EXPORTED}.xlsx", xlsx(list_table())),
        SmallExport(f"시연_사건검색리스트_202403_{EXPORTED}.xls", xls(list_table())),
        *_annual(),
        SmallExport("KP2020.csv", _national(NEW_HEADER).encode(), encoding="utf-8", delimiter=","),
        SmallExport("NPA2020.csv", _national(OLD_HEADER).encode("cp949"), encoding="cp949", delimiter=","),
        SmallExport(f"{EXPORTED}.zip", zipped({f"시연_발생사건_202403_{EXPORTED}.csv": crime.encode("cp949"),
                                               "시연_NPA_DCR_RCP_202206_20220705.txt": calls.encode("cp949")})),
        SmallExport(f"시연_발생사건_202403_{EXPORTED}.csv.gz", gzip.compress(crime.encode("cp949"), mtime=0)),
        SmallExport(name, data.encode(), "town", "utf-8", ","),
    )  # fmt: skip


def list_table() -> list[tuple[str, ...]]:
    """Header and rows of the officers' list."""
    rows = list_rows(calls_of_month(SEED, LAST_MONTH), LAST_MONTH, planted(LAST_MONTH))
    return [LIST_HEADER, *rows[: ROWS - 2], *rows[-2:]]


def xlsx(rows: list[tuple[str, ...]], sheet: str = "List") -> bytes:
    """A workbook of text cells."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        page = book.add_worksheet(sheet)
        for n, row in enumerate(rows):
            for column, value in enumerate(row):
                page.write_string(n, column, value)
    return target.getvalue()


def xls(rows: list[tuple[str, ...]]) -> bytes:
    """The same in the old format."""
    book, target = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("List")
    for n, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(n, column, value)
    book.save(target)
    return target.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _shortened(text: str, planted_rows: int) -> str:
    """The header, some of the rows, and the planted ones at the end."""
    header, *rows = text.splitlines(keepends=True)
    kept = ROWS - planted_rows
    return "".join([header, *rows[: len(rows) - planted_rows : len(rows) // kept], *rows[len(rows) - planted_rows :]])


def _crime() -> str:
    cases = incidents_of_month(SEED, LAST_MONTH)
    text = export_text(cases, cases.late | True, cases.cleared, LAST_MONTH, planted(LAST_MONTH))
    return _shortened(text, 3)


def _hub() -> str:
    month = date(2022, 6, 1)
    return _shortened(hub_text(SEED, calls_of_month(SEED, month), month, ()), 0)


def _annual() -> list[SmallExport]:
    made = [(name, data) for name, data in annual_tables(SEED, 2020, 2021) if "2014" not in name]
    return [
        SmallExport(name, data, encoding="cp949", delimiter=",")
        if name.endswith(".csv")
        else SmallExport(name, data, encoding="utf-8")
        for name, data in made
    ]


def _national(header: tuple[str, ...]) -> str:
    """The whole country's calls: every fifth is another agency's."""
    rows = [header]
    for n in range(ROWS):
        agency, code = ("12", "19")[n % 5 == 0], ("104", "201", "507")[n % 3]
        when = (f"20/11/{n % 28 + 1:02d} {n % 24:02d}:43:07.000000000",)
        if header is OLD_HEADER:
            when = (f"202011{n % 28 + 1:02d}", f"{n % 24}4307.0")
        rest = (
            ("N", "가상의 장소", "126.9", "35.1") if header is OLD_HEADER else ("N", "시연청", "가상의 장소", "1", "2")
        )
        rows.append((*when, agency, code, *rest))
    return delimited(rows)
