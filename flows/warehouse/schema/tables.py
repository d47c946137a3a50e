"""The warehouse's own tables, beside the raw and core tables of the contracts."""

from expectations.contracts import columns as c
from expectations.contracts.core import CORE
from expectations.contracts.raw import RAW as OF_FILES
from expectations.contracts.raw import UNIT
from expectations.contracts.record.rejected_row import REJECTED_ROW
from expectations.contracts.record.run import RUN
from expectations.contracts.record.source_file import SOURCE_FILE
from expectations.contracts.table import Column, Table
from expectations.kinds import KINDS, REGISTERS

_BY_NAME = {table.name: table for table in OF_FILES}
RAW: dict[str, Table] = {name: _BY_NAME[kind.raw_table] for name, kind in KINDS.items()}
"""The raw table of each kind of export; its core table has the same name with `core` for `raw`."""

REGISTERED: dict[str, Table] = {name: _BY_NAME[kind.raw_table] for name, kind in REGISTERS.items()}
"""The raw table of each register that units keep; it has no core table, its files stand whole."""

BY_AS_OF = ("rows_counted", "rows_hidden", "rows_uncovered")
"""Columns of `source_file` that are other on every as-of day; they are not kept."""
RECEIVED_FILE = Table(
    name="received_file",
    label="받은파일",
    grain="One row per export file ever read or refused, told apart by its bytes.",
    grain_label="읽거나 거부한 추출 파일 하나(내용 기준)",
    columns=(
        *(c.EXPORTED_ON.but(description="Day the export was made, else the day it was first seen.")
          if column.name == "exported_on" else column
          for column in SOURCE_FILE.columns if column.name not in BY_AS_OF),
        Column("received_on", "DATE", "수신일", "Day its bytes were first seen, agency timezone."),
        Column("reading_hash", "VARCHAR", "판독해시", "Hash of everything but the file that its reading depends on."),
        Column("grid", "VARCHAR", "격자체계", "Grid its cells are of; empty without points.", nullable=True),
    ),
    key=("file_id",),
    layer="raw",
)  # fmt: skip
FILE_NAME = Table(
    name="file_name",
    label="파일이름",
    grain="One row per file and name it bore when it was last in the inbox.",
    grain_label="파일·이름",
    columns=(
        c.FILE_ID,
        Column("name", "VARCHAR", "파일명", "Name within the inbox."),
        Column("received_on", "DATE", "수신일", "Day the bytes were first seen under it."),
    ),
    key=("file_id", "name"),
    layer="raw",
)
DELIVERY = Table(
    name="delivery",
    label="제출",
    grain="One row per file, day it was exported (equal bytes may come again as a later export) and stretch it covers.",
    grain_label="파일·추출일·수록 구간",
    columns=(
        c.FILE_ID,
        c.EXPORTED_ON.but(description="Day the export was made, else the day it was first seen."),
        Column("stretch", "INTEGER", "구간순번", "Place of the stretch among those of the delivery.", minimum=1),
        SOURCE_FILE.column("period_from").but(description="First day of the stretch."),
        SOURCE_FILE.column("period_to").but(description="Last day of the stretch."),
        Column(
            "seen",
            "INTEGER",
            "수신순번",
            "Place among the sightings; of one day's deliveries the last counts.",
            minimum=0,
        ),
    ),
    key=("file_id", "exported_on", "stretch"),
    layer="raw",
)
FILE_UNIT = Table(
    name="file_unit",
    label="파일기준일",
    grain="One row per file, unit (day, month or year) and month that it has rows for.",
    grain_label="파일·기준일·월",
    columns=(
        c.FILE_ID, c.SOURCE,
        UNIT,
        c.MONTH.but(description="First day of the month its rows count in; of the year, for an annual table."),
        Column("n_rows", "BIGINT", "행수", "Facts of the unit.", unit="행", minimum=1),
        Column("file_rows", "BIGINT", "파일행수", "Rows of the file that begin in the unit.", unit="행", minimum=0),
        Column("content", "VARCHAR", "내용해시", "Hash of the rows whatever their order."),
        Column("stored_in", "VARCHAR", "저장파일", "Oldest file with the same rows: they are stored once, under it."),
    ),
    key=("file_id", "unit", "month"),
    layer="raw",
)  # fmt: skip
CORE_CONTENT = Table(
    name="core_content",
    label="집계내용",
    grain="One row per core table and month built: what it was built from.",
    grain_label="표·월",
    columns=(
        Column("table_name", "VARCHAR", "표", "Core table."),
        c.MONTH,
        Column("content", "VARCHAR", "내용해시", "Hash of the units that own the month's rows and of their content."),
    ),
    key=("table_name", "month"),
    layer="core",
)

WITHDRAWAL = Table(
    name="withdrawal",
    label="철회",
    grain="One row per withdrawal or reinstatement of a file, as received.jsonl tells them.",
    grain_label="파일의 철회 또는 복원 하나",
    columns=(
        Column("number", "INTEGER", "순번", "Place among the decisions of received.jsonl.", minimum=1),
        c.FILE_ID,
        Column("decided_on", "DATE", "결정일", "First as-of day that it holds for, agency timezone."),
        Column("is_withdrawn", "BOOLEAN", "철회여부", "Whether the file is withdrawn from that day on, or seen again."),
        Column("reason", "VARCHAR", "사유", "Why, as the operator put it; an empty text where nothing was said."),
    ),
    key=("number",),
    layer="raw",
)
ACCEPTANCE = Table(
    name="acceptance",
    label="확인",
    grain="One row per month whose loss or fall an operator confirmed, as received.jsonl tells them.",
    grain_label="확인한 달 하나",
    columns=(
        Column("number", "INTEGER", "순번", "Place among the confirmations of received.jsonl.", minimum=1),
        c.MONTH,
        Column(
            "decided_on",
            "DATE",
            "결정일",
            "First as-of day that it holds for: what had been exported by then is confirmed.",
        ),
        Column("reason", "VARCHAR", "사유", "Why the run was made that confirmed it."),
    ),
    key=("number",),
    layer="raw",
)
REGISTER_SIGHTING = Table(
    name="register_sighting",
    label="등록부수신",
    grain="One row per line of received.jsonl about a register: bytes under a name that bore others or none before.",
    grain_label="등록부 파일이 새 내용으로 보인 한 번",
    columns=(
        Column("number", "INTEGER", "순번", "Place among the sightings of registers in received.jsonl.", minimum=1),
        c.FILE_ID,
        Column("name", "VARCHAR", "파일명", "Name within the inbox."),
        Column("received_on", "DATE", "수신일", "Day they were seen so, agency timezone."),
    ),
    key=("number",),
    layer="raw",
)  # fmt: skip

RECEIVED_LINE = Table(
    name="received_line",
    label="수신기록",
    grain="One row per line of received.jsonl, byte for byte: what a damaged file is restored from.",
    grain_label="received.jsonl의 한 줄",
    columns=(
        Column("number", "INTEGER", "순번", "Number of the line.", minimum=1),
        Column("line", "VARCHAR", "줄", "The line without its newline, with its checksum."),
    ),
    key=("number",),
    layer="raw",
)
SIGHTING = Table(
    name="sighting",
    label="수신",
    grain="One row per line of received.jsonl about a file: bytes at a place that held others or none before.",
    grain_label="파일이 새 내용으로 보인 한 번",
    columns=(
        Column("number", "INTEGER", "순번", "Place among the sightings of received.jsonl.", minimum=1),
        c.FILE_ID,
        Column("name", "VARCHAR", "파일명", "Name within the inbox."),
        Column("received_on", "DATE", "수신일", "Day they were seen so, agency timezone."),
        Column(
            "written_over",
            "VARCHAR",
            "앞선파일",
            "File whose bytes lay there before; empty where there were none.",
            nullable=True,
        ),
    ),
    key=("number",),
    layer="raw",
)

# Millions of rows: their uniqueness is counted when they are stored, an index over them would cost more than they do.
UNKEYED = (*RAW.values(), *(table for table in CORE if table.name not in ("core_district", "core_coverage")))
KEYED = (RECEIVED_FILE, FILE_NAME, DELIVERY, FILE_UNIT, WITHDRAWAL, ACCEPTANCE, REGISTER_SIGHTING, RECEIVED_LINE,
         SIGHTING, CORE_CONTENT, REJECTED_ROW, RUN, *REGISTERED.values(),
         *(table for table in CORE if table not in UNKEYED))  # fmt: skip
