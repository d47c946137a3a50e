"""Factors of 24 boxes and of the five stations; a box of the west has far more crimes than expected."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from expectations.agency import Agency
from expectations.agency.ground.outlines import Outline
from expectations.contracts import TABLES
from expectations.contracts.ddl import empty, polars_schema
from expectations.months import add_months
from transforms.meeting.vulnerability.areas import Sources
from transforms.meeting.vulnerability.tables import factor_tables

BOXES = 24
STATIONS = {
    "dongbu": (35.1, 90),
    "seobu": (31.2, 200),
    "nambu": (29.4, 80),
    "bukbu": (33.0, 250),
    "gwangsan": (24.7, 180),
}


def factors(agency: Agency, month: date) -> dict[str, pl.DataFrame]:
    """Both tables: boxes are regressed, stations are too few."""
    random = np.random.default_rng(4)
    boxes = [one.code for one in agency.districts if one.level == "box" and not one.unknown][:BOXES]
    bars, alone = random.lognormal(2, 0.6, BOXES), random.normal(33, 5, BOXES)
    people = random.integers(9_000, 40_000, BOXES)
    rate = 0.001 * np.exp(0.35 * (bars - bars.mean()) / bars.std())
    monthly = np.maximum(np.rint(people * rate), 1).astype(int)
    monthly[boxes.index("seobu-sangmu")] *= 3
    rows = []
    for n, code in enumerate(boxes):
        rows += [
            (code, "유흥주점", bars[n], "개소/㎢", "시청 인허가 현황"),
            (code, "1인 가구", alone[n], "%", "KOSIS 인구총조사"),
            (code, "residents", people[n], "명", "행정안전부 주민등록"),
            (code, "visitors", people[n] * (1 + n % 3), "명", "통신사"),
        ]
    rows += [(code, "1인 가구", share, "%", "KOSIS 인구총조사") for code, (share, _) in STATIONS.items()]
    counts = dict(zip(boxes, monthly.tolist(), strict=True)) | {code: n for code, (_, n) in STATIONS.items()}
    schema = polars_schema(TABLES["crime_month"])
    crime_month = pl.DataFrame(
        [
            dict.fromkeys(schema)
            | {"district": code, "crime_type": crime, "month": add_months(month, -ago), "incidents": n + at * 3,
               "complete": True}
            for code, n in counts.items() for at, crime in enumerate(agency.forecast_types) for ago in range(12)
        ],
        schema,
    )  # fmt: skip
    named = [(one.code, one.name, one.level, one.parent) for one in agency.districts]
    return factor_tables(
        Sources(
            entries=_listed(rows, month),
            crime_month=crime_month,
            place_month=empty(TABLES["place_month"]),
            districts=pl.DataFrame(named, ["district", "district_name", "level", "parent"], orient="row"),
            agency=replace(agency, outlines=tuple(_square(code, n) for n, code in enumerate(boxes))),
            month=month,
        )
    )


def _listed(rows: list[tuple[str, str, float, str, str]], month: date) -> pl.DataFrame:
    schema = polars_schema(TABLES["raw_factor"]) | {"list_name": pl.String}
    return pl.DataFrame(
        [
            {"file_id": "f", "row_number": n, "area": area, "year": month.year - 1, "factor": factor,
             "value": float(value), "unit": unit, "source": source, "entered_on": month, "list_name": "factors"}
            for n, (area, factor, value, unit, source) in enumerate(rows, 1)
        ],
        schema,
    )  # fmt: skip


def _square(code: str, n: int) -> Outline:
    x, y = 126.8 + 0.01 * (n % 6), 35.1 + 0.01 * (n // 6)
    return Outline(code, (((x, y), (x + 0.01, y), (x + 0.01, y + 0.01), (x, y + 0.01), (x, y)),))
