"""112 exports to measure with: made up, the same bytes every time, in the two shapes of the packaged layouts."""

import shutil
from datetime import date
from itertools import accumulate, pairwise
from pathlib import Path

import numpy as np
import polars as pl

from expectations.agency import Agency, load_agency, packaged
from expectations.months import last_of_month
from transforms.demonstration.call_exports import HUB_HEADER, LIST_HEADER
from transforms.demonstration.call_facts import ENDS_ON_SCENE, TYPES, URGENCIES

SEED = 20240410
PIECE = 250_000  # rows made and encoded at a time
NEVER_ARRIVED = 0.2
"""Share of rows without an arrival."""
REPEATED = 0.001
"""Share of rows whose number stands again in the next row: a corrected row, of which only the last counts."""
BOXLESS = 0.01
"""Share of rows whose district is the station's collecting one."""
IMPOSSIBLE = 0.00001
"""Share of rows to be rejected with a sentence: received at 25:10."""


def agency_with_list_as_csv(folder: Path) -> Agency:
    """The packaged agency, with the officers' list, a workbook there, read as CSV: a row is measured, not a sheet."""
    shutil.copytree(packaged(), folder)
    layout = folder / "sources" / "gwangju_112_list.toml"
    text = layout.read_text("utf-8")
    text = text.replace('format = "excel"\nsheet = "List"\n', 'format = "csv"\nencodings = ["utf-8", "cp949"]\n')
    text = text.replace('files = ["*사건검색리스트*.xlsx", "*사건검색리스트*.xls"]', 'files = ["*사건검색리스트*.csv"]')
    layout.write_text(text, "utf-8")
    return load_agency(folder)


def write_list(path: Path, agency: Agency, month: date, rows: int) -> None:
    """One month in the officers' list shape as CP949 CSV: two times, station, box, codes, a natural key, free text."""
    with path.open("wb") as file:
        file.write((",".join(LIST_HEADER) + "\r\n").encode("cp949"))
        for first in range(0, rows, PIECE):
            calls = _calls(agency, month, first, min(PIECE, rows - first))
            file.write(_encoded(calls.select(LIST_HEADER), ","))


def write_hub(path: Path, agency: Agency, month: date, rows: int) -> None:
    """One month in the data hub's shape, pipe-delimited CP949: names in the place of codes, station and box in one."""
    with path.open("wb") as file:
        file.write(("|".join(HUB_HEADER) + "\r\n").encode("cp949"))
        for first in range(0, rows, PIECE):
            calls = _calls(agency, month, first, min(PIECE, rows - first))
            file.write(_encoded(_as_hub(calls), "|"))


def _encoded(frame: pl.DataFrame, separator: str) -> bytes:
    text = frame.write_csv(separator=separator, include_header=False, line_terminator="\r\n", null_value="")
    return text.encode("cp949")


def _calls(agency: Agency, month: date, first: int, rows: int) -> pl.DataFrame:
    """Rows of the list after the `first`, with the names of type and end beside their codes for the hub."""
    rng = np.random.default_rng((SEED, month.year, month.month, first))
    boxes = [d for d in agency.districts if d.level == "box" and not d.unknown]
    stations = {d.code: d.name for d in agency.districts}
    shares = np.array([share for _, _, share in TYPES.values()])
    place = rng.integers(0, len(boxes), rows)
    drawn = pl.DataFrame(
        {
            "code": rng.choice(list(TYPES), rows, p=shares / shares.sum()),
            "end": rng.choice(list(ENDS_ON_SCENE), rows),
            "urgency": rng.choice(URGENCIES, rows),
            "second": np.sort(rng.integers(0, _seconds(month), rows)),
            "response": rng.lognormal(5.8, 0.5, rows).astype(int),
            "serial": rng.integers(10_000, 99_999, rows),
            "number": np.arange(first + 1, first + rows + 1),
            "chance": rng.random(rows),
            "arrives": rng.random(rows),
            "station": pl.Series([stations[str(box.parent)] for box in boxes]).gather(place),
            "box": pl.Series([box.name for box in boxes]).gather(place),
        }
    )
    received = pl.lit(month).cast(pl.Datetime("ms")) + pl.duration(seconds="second")
    arrived = received + pl.duration(seconds="response")
    bounds = pairwise(accumulate((REPEATED, IMPOSSIBLE, BOXLESS), initial=0.0))
    repeated, impossible, boxless = (pl.col("chance").is_between(*bound, closed="left") for bound in bounds)
    number = pl.col("number") + repeated.cast(pl.Int64)
    return drawn.select(
        (pl.lit(f"{month:%Y%m}") + number.cast(pl.String).str.zfill(7)).alias("접수번호"),
        received.dt.strftime("%Y-%m-%d").alias("접수일자"),
        pl.when(impossible).then(pl.lit("25:10:00")).otherwise(received.dt.strftime("%H:%M:%S")).alias("접수시간"),
        pl.format("벤치마크용 가상 신고 {}", "serial").alias("신고내용"),
        pl.format("가상 종결, 현장 확인 {}", "serial").alias("종결내용"),
        pl.lit("가상인물").alias("종결보고자"),
        pl.when(pl.col("serial") % 50 == 0).then(pl.col("serial").cast(pl.String)).alias("사건번호"),
        pl.col("urgency").alias("코드"),
        pl.col("end").alias("종결"),
        pl.col("code").alias("종결시사건코드"),
        *(
            pl.when(pl.col("arrives") >= NEVER_ARRIVED).then(moment.dt.strftime("%Y-%m-%d %H:%M:%S")).alias(name)
            for name, moment in (("도착시간", arrived), ("종결시간", arrived + pl.duration(seconds="serial") / 20))
        ),
        pl.col("station").alias("관할서"),
        pl.when(~boxless).then("box").alias("관할지역관서"),
    )


def _seconds(month: date) -> int:
    return last_of_month(month).day * 86_400


def _as_hub(calls: pl.DataFrame) -> pl.DataFrame:
    """Rows of the list as the hub tells them: names for codes, the station and its box in one column, no arrival."""
    types, ends = TYPES, ENDS_ON_SCENE
    group, name = ({code: told[n] for code, told in types.items()} for n in (0, 1))
    end_group, end_name = ({code: told[n] for code, told in ends.items()} for n in (0, 1))
    code, end, nothing = pl.col("종결시사건코드"), pl.col("종결"), pl.lit(None, pl.String)
    office = pl.concat_str("관할서", "관할지역관서", separator=" ", ignore_nulls=True)
    told = {
        "접수일자": pl.col("접수일자").str.replace_all("-", ""), "접수시간": pl.col("접수시간"),
        "사건긴급코드": pl.col("코드"), "접수유형명": pl.lit("112신고"), "종별분류명": code.replace_strict(group),
        "사건종별명": code.replace_strict(name), "관할관서명": office, "종결분류명": end.replace_strict(end_group),
        "신고종결명": end.replace_strict(end_name),
    }  # fmt: skip
    return calls.select(told.get(column, nothing).alias(column) for column in HUB_HEADER)
