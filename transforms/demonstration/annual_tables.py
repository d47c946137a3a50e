"""Annual station tables of the five crimes, as published: CSV to 2020, JSON with spaced labels from 2021."""

import json
from collections.abc import Iterator
from datetime import date

import numpy as np

from expectations.months import add_months
from transforms.demonstration.crime_exports import delimited
from transforms.demonstration.facts import CLEARED, CRIME_TYPES, STATION_NAMES, STATIONS
from transforms.demonstration.faults import DAMAGED_YEAR, DISAGREEING_STATION, DISAGREEING_YEAR, damaged
from transforms.demonstration.monthly_counts import crimes_of_year, stream

CSV_CRIMES = ("살인", "강도", "강간·강제추행", "절도", "폭력")
JSON_CRIMES = ("살인", "강도", "강간-강제추행", "절도", "폭력")
"""Headings in the order of CRIME_TYPES."""
CSV_MEASURES = ("발생건수", "검거건수", "검거인원", "구속", "불구속", "기타")
JSON_MEASURES = ("발  생  건  수", "검  거  건  수", "검  거  인  원", "구     속", "불 구 속", "기     타")
"""Measures in the order of `table_of_year`; the spaces inside are the published table's own."""
FIRST_JSON_YEAR = 2021
LARGE = 400
"""From this count on a table differs a little from its months, as real tables do; below it agrees exactly."""
ABOVE_ALL = ("murder", 2016)
"""Type and year cleared above 100 %, which is legitimate: earlier years' cases."""


def annual_tables(seed: int, first_year: int, last_year: int) -> Iterator[tuple[str, bytes]]:
    """Yield one file a year, and before them the damaged one."""
    yield file_name(DAMAGED_YEAR), damaged(delimited(_csv_rows(seed, DAMAGED_YEAR)))
    for year in range(first_year, last_year + 1):
        if year < FIRST_JSON_YEAR:
            yield file_name(year), delimited(_csv_rows(seed, year)).encode("cp949")
        else:
            text = json.dumps(_json_rows(seed, year), ensure_ascii=False, indent=4)
            yield file_name(year), text.encode("utf-8")


def file_name(year: int) -> str:
    """Name of a year's table, exported at the end of the next year's March; `시연` marks it as generated."""
    office, ending = ("광주지방경찰청", "csv") if year < FIRST_JSON_YEAR else ("광주광역시경찰청", "json")
    return f"시연_경찰청 {office}_자치구별 5대 범죄 현황_{year}1231_{year + 1}0331.{ending}"


def table_of_year(seed: int, year: int) -> dict[str, np.ndarray]:
    """Six measures by five crimes (order of CRIME_TYPES) for every station and `headquarters`."""
    rng = stream(seed, 5, year)
    months = np.array([crimes_of_year(seed, kind, year).sum(axis=1) for kind in CRIME_TYPES]).T
    wobble = np.rint(months * rng.uniform(-0.004, 0.004, months.shape)).astype(np.int64)
    incidents = months + np.where(months >= LARGE, wobble, 0)
    if year == DISAGREEING_YEAR:
        cell = STATIONS.index(DISAGREEING_STATION), CRIME_TYPES.index("theft")
        incidents[cell] += months[cell] * 6 // 100
    tables = {}
    for s, code in enumerate(STATIONS):
        cleared = np.rint(incidents[s] * np.array([CLEARED[kind] for kind in CRIME_TYPES])).astype(np.int64)
        if year == ABOVE_ALL[1] and code == "bukbu":
            cleared[CRIME_TYPES.index(ABOVE_ALL[0])] = incidents[s, CRIME_TYPES.index(ABOVE_ALL[0])] + 3
        tables[code] = _measures(incidents[s], cleared)
    # Headquarters books no occurrence and clears some cases of the stations.
    tables["headquarters"] = _measures(np.zeros(5, dtype=np.int64), np.array([0, 1, 80, 0, 20]))
    return tables


def _measures(incidents: np.ndarray, cleared: np.ndarray) -> np.ndarray:
    """Occurrences, clearances, persons cleared, arrested, not arrested, other (the last four are assumed)."""
    persons = cleared * 12 // 10
    arrested, free = persons * 3 // 100, persons * 70 // 100
    return np.array([incidents, cleared, persons, arrested, free, persons - arrested - free])


def _csv_rows(seed: int, year: int) -> list[tuple[str, ...]]:
    tables = table_of_year(seed, year)
    total = np.sum([tables[code] for code in STATIONS], axis=0)
    blocks = [("광주지방경찰청계", total), ("광주지방경찰청", tables["headquarters"])]
    blocks += [(STATION_NAMES[code], tables[code]) for code in STATIONS]
    return [("관서명", "구분", *CSV_CRIMES)] + [
        (name, measure, *(str(n) for n in values.tolist()))
        for name, table in blocks
        for measure, values in zip(CSV_MEASURES, table, strict=True)
    ]


def _json_rows(seed: int, year: int) -> list[dict[str, str | int]]:
    tables = table_of_year(seed, year)
    blocks = [("광주광역시경찰청", tables["headquarters"])] + [(STATION_NAMES[code], tables[code]) for code in STATIONS]
    return [
        {"관서명": name, "구분": measure, **dict(zip(JSON_CRIMES, values.tolist(), strict=True))}
        for name, table in blocks
        for measure, values in zip(JSON_MEASURES, table, strict=True)
    ]


def full_years(first_month: date, last_month: date) -> tuple[int, int]:
    """First and last calendar year whose twelve months lie between two months."""
    return add_months(first_month, 11).year, add_months(last_month, -11).year
