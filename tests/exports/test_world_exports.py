"""Real exports of three forces, counted again with pandas alone and compared cell by cell."""

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

pytestmark = pytest.mark.slow
Folder = Callable[[Path, Path], tuple[dict, list[str]]]


def cells(frame: pl.DataFrame | pd.DataFrame, keys: list[str], value: str) -> dict[tuple, int]:
    """Sum of `value` by `keys`, as plain Python, without cells that sum to nothing."""
    records = frame.to_dicts() if isinstance(frame, pl.DataFrame) else frame.to_dict("records")
    totals: dict[tuple, int] = {}
    for row in records:
        key = tuple(str(row[k])[:10] for k in keys)
        totals[key] = totals.get(key, 0) + int(row[value])
    return {key: n for key, n in totals.items() if n}


def test_st_louis_counts_equal_pandas(folder_read: Folder, agencies: Path, shared: Path) -> None:
    source = shared / "data/world/stlouis-monthly"
    done, left = folder_read(agencies / "st_louis", source)
    assert (len(done), left) == (60, [])
    rows = pl.concat(one.rows for one in done.values())

    frames = []
    for path in sorted(source.iterdir()):
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252")
        frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        frame = frame.rename(columns={"Coded Month": "CodedMonth"})
        frames.append(frame[["CodedMonth", "Crime", "District", "Count"]].assign(file=path.name))
    expected = pd.concat(frames, ignore_index=True)
    offence = expected["Crime"].str.strip().astype(int) // 10_000
    expected["crime_type"] = offence.map({6: "theft", 7: "theft", 1: "violence", 4: "violence", 9: "violence"})
    expected["crime_type"] = expected["crime_type"].fillna("other")
    expected["month"] = expected["CodedMonth"].str.strip() + "-01"
    expected["district"] = expected["District"].str.strip().replace("0", "unknown-st_louis")
    expected["incidents"] = expected["Count"].str.strip().astype(int)

    keys = ["month", "district", "crime_type"]
    assert cells(rows, keys, "incidents") == cells(expected, keys, "incidents")
    assert len(expected) == rows.height == 246_291
    assert rows.filter(pl.col("incidents") == -1).height == 3_140
    assert rows.filter(pl.col("district") == "unknown-st_louis").height == 1_573
    assert sum(one.outcome.rows_rejected + one.outcome.rows_superseded for one in done.values()) == 0
    assert rows.get_column("occurred_at").null_count() == 0
    assert rows.get_column("cleared").null_count() == rows.height
    assert done["may2017.csv"].outcome.extra_columns[:2] == ("Flag-Crime", "Flag-Unfounded")
    assert str(done["may2017.csv"].reading.period_to) == "2017-05-31"


def test_city_of_london_counts_equal_pandas_and_equal_rows_stay(
    folder_read: Folder, agencies: Path, shared: Path
) -> None:
    source = shared / "data/world/police-uk-city-of-london"
    done, left = folder_read(agencies / "city_of_london", source)
    assert len(done) == 32
    assert len(left) == 32
    assert all(name.endswith("stop-and-search.csv") for name in left)
    rows = pl.concat(one.rows for one in done.values())

    paths = sorted(source.rglob("*street.csv"))
    expected = pd.concat([pd.read_csv(p, dtype=str, keep_default_na=False) for p in paths], ignore_index=True)
    assert expected.duplicated().sum() == 1_124
    theft = ["Shoplifting", "Other theft", "Theft from the person", "Bicycle theft", "Vehicle crime"]
    expected["crime_type"] = "other"
    expected.loc[expected["Crime type"].isin(theft), "crime_type"] = "theft"
    expected.loc[expected["Crime type"] == "Violence and sexual offences", "crime_type"] = "violence"
    inside = expected["LSOA name"].str.startswith("City of London")
    expected["district"] = expected["LSOA name"].str[-4:].where(inside, "unknown-city_of_london")
    expected["month"] = expected["Month"] + "-01"
    expected["incidents"] = 1

    keys = ["month", "district", "crime_type"]
    assert cells(rows, keys, "incidents") == cells(expected, keys, "incidents")
    assert rows.height == 22_111
    assert rows.get_column("occurred_at").null_count() == rows.height


def test_alexandria_calls_and_response_times_equal_pandas(folder_read: Folder, agencies: Path, shared: Path) -> None:
    source = shared / "data/world/alexandria-911"
    done, left = folder_read(agencies / "alexandria", source)
    assert len(done) == 18
    assert sorted(left) == [f"2025_week{week}_phone.csv" for week in range(44, 53)]
    rows = pl.concat(one.rows for one in done.values())

    expected = pd.concat(
        [pd.read_csv(p, dtype=str, keep_default_na=False) for p in sorted(source.glob("*_cad.csv"))], ignore_index=True
    )
    set_aside = sum(one.outcome.set_aside["other_agency"] for one in done.values())
    assert set_aside == int((expected["Agency"] != "POLICE").sum()) == 9_762
    police = expected[expected["Agency"] == "POLICE"].copy()
    start = pd.to_datetime(police["Incident_Start_Time"])
    end = pd.to_datetime(police["Incident_Arrival_Time"].replace("NULL", None))
    police["seconds"] = (end - start).dt.total_seconds()
    police["month"] = start.dt.strftime("%Y-%m-01")

    assert rows.height == len(police) == 18_989  # eleven rows without an incident number are eleven calls
    for priority, theirs in police.groupby("Priority_Number"):
        ours = rows.filter(pl.col("urgency") == priority).get_column("response_seconds")
        assert sorted(ours.drop_nulls().to_list()) == pytest.approx(sorted(theirs["seconds"].dropna()), abs=1e-6)
        assert ours.null_count() == theirs["seconds"].isna().sum()
    counted = rows.group_by("month").len().rows()
    assert {str(month): n for month, n in counted} == police.groupby("month").size().to_dict()
    assert str(done["2025_week35_cad.csv"].reading.period_from) == "2025-08-24"
    assert str(done["2025_week52_cad.csv"].reading.period_to) == "2025-12-27"
    assert len(done["2025_week40_cad.csv"].outcome.extra_columns) == 8
    assert set(rows.get_column("district")) == {"alexandria"}
    assert "unknown" not in set(rows.get_column("call_group"))


def test_alexandria_columns_of_people_are_not_read(folder_read: Folder, agencies: Path, shared: Path) -> None:
    done, _ = folder_read(agencies / "alexandria", shared / "data/world/alexandria-911")
    columns = next(iter(done.values())).rows.columns
    assert not {"Call_Taker", "Dispatcher"} & set(columns)
