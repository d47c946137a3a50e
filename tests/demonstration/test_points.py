"""Where the demonstration's cases lie: near their boxes, and with the patterns that were planted."""

import hashlib
import io
from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.spatial import cKDTree

from expectations.agency import Agency, load_agency, packaged
from expectations.geography.grid import Grid
from transforms.demonstration.crime_exports import crime_exports
from transforms.demonstration.deployments import DISPLACES, SEEN, ZONE
from transforms.demonstration.deployments import areas as ledger_areas
from transforms.demonstration.exports import LAST_MONTH, SEED
from transforms.demonstration.facts import OFFENCES
from transforms.demonstration.incidents import Incidents, incidents_of_month
from transforms.demonstration.monthly_counts import crimes_of_month
from transforms.demonstration.points import BOX_PLACES, BURST, HOTSPOT, NOT_PLACED, REPEATS
from transforms.exports import ExportFile, match, read_export

pytestmark = pytest.mark.slow

MONTHS = [date(2023, month, 1) for month in (10, 11, 12)] + [date(2024, month, 1) for month in (1, 2, 3)]


@pytest.fixture(scope="module")
def gwangju() -> Agency:
    return load_agency(packaged())


@pytest.fixture(scope="module")
def cases() -> list[Incidents]:
    return [incidents_of_month(SEED, month) for month in MONTHS]


def placed(month: Incidents) -> pl.DataFrame:
    told = {
        name: getattr(month, name) for name in ("case", "station", "box", "offence", "recorded", "occurred", "x", "y")
    }
    frame = pl.DataFrame({name: values.astype(str) for name, values in told.items()})
    return frame.filter(pl.col("x") != "0").with_columns(pl.col("x", "y").cast(pl.Float64))


def thefts(month: Incidents) -> pl.DataFrame:
    return placed(month).filter(
        pl.col("offence").str.starts_with("CA0329") | pl.col("offence").is_in(["CA0330", "CA0331"])
    )


def of_box(frame: pl.DataFrame, station: str, box: str) -> pl.DataFrame:
    return frame.filter(pl.col("station") == station, pl.col("box") == box)


def test_cases_lie_around_their_box_and_some_nowhere(cases: list[Incidents]) -> None:
    everything = pl.concat(placed(month) for month in cases)
    total = sum(len(month.case) for month in cases)
    assert 1 - everything.height / total == pytest.approx(NOT_PLACED, abs=0.01)
    codes = {"광주서부경찰서": "seobu", "광주광산경찰서": "gwangsan"}
    for (station, box), own in everything.filter(pl.col("box") != "").group_by("station", "box"):
        if station in codes and own.height >= 30:
            east, north = BOX_PLACES[codes[str(station)]][str(box)]
            away = np.hypot(own["x"].to_numpy() - east * 1000, own["y"].to_numpy() - north * 1000)
            assert np.median(away) < 2_500, box


def test_every_delivery_of_a_case_has_the_same_point() -> None:
    files = dict(crime_exports(SEED, LAST_MONTH, 3, ()))
    points = [
        {row[0]: row[7:9] for line in content.decode("cp949").splitlines()[1:] if (row := line.split(","))}
        for name, content in files.items()
        if "발생사건_202401" in name
    ]
    first, later = points
    assert len(first) > 500
    assert {case: later[case] for case in first} == first


def test_the_hotspot_is_there_every_month(cases: list[Incidents]) -> None:
    all_cells = []
    for month in cases:
        own = of_box(thefts(month), "광주서부경찰서", HOTSPOT.box)
        cells = Grid().codes(own["x"].to_numpy(), own["y"].to_numpy())
        names, counts = np.unique(cells, return_counts=True)
        assert names[counts.argmax()] == HOTSPOT.cell
        all_cells.append(cells)
    assert (np.concatenate(all_cells) == HOTSPOT.cell).mean() == pytest.approx(HOTSPOT.share, abs=0.1)


def test_the_burst_is_there_in_its_days_and_not_before(cases: list[Incidents]) -> None:
    def near(month: Incidents) -> pl.DataFrame:
        own = of_box(thefts(month), "광주북부경찰서", BURST.box)
        east, north = (1000 * along for along in BURST.middle)
        return own.filter(((pl.col("x") - east) ** 2 + (pl.col("y") - north) ** 2).sqrt() <= BURST.metres + 0.1)

    newest = near(cases[-1])
    assert newest.height >= 4
    assert (newest["recorded"] >= BURST.since.isoformat()).mean() > 0.7
    assert all(near(month).height < newest.height / 2 for month in cases[:-1])


def test_thefts_repeat_nearby_within_a_week_beyond_chance(cases: list[Incidents]) -> None:
    """Knox: pairs within 100 m and 7 days against those of permuted days, the hotspot's left out."""
    told = pl.concat(thefts(month) for month in cases)
    cells = Grid().codes(told["x"].to_numpy(), told["y"].to_numpy())
    told = told.filter(pl.Series(cells != HOTSPOT.cell))
    days = told["recorded"].str.to_date().to_physical().to_numpy()
    pairs = cKDTree(told.select("x", "y").to_numpy()).query_pairs(REPEATS.metres, output_type="ndarray")

    def close(of: np.ndarray) -> int:
        return int((np.abs(of[pairs[:, 0]] - of[pairs[:, 1]]) <= REPEATS.days).sum())

    rng = np.random.default_rng(1)
    by_chance = [close(rng.permutation(days)) for _ in range(99)]
    assert close(days) > max(by_chance)
    assert close(days) / np.mean(by_chance) > 1.3


def test_deployments_take_cases_away_and_lay_some_beside_from_2024_on(cases: list[Incidents]) -> None:
    """Months before hold what they were drawn with; in the zone half of the thefts are left, and the ring fills."""
    drawn = [crimes_of_month(SEED, month) for month in MONTHS]
    assert [len(month.case) for month in cases[:3]] == [sum(n.sum() for n in kinds.values()) for kinds in drawn[:3]]
    violence = [code for code, *_ in OFFENCES["violence"]]
    left = sum(int(np.isin(month.offence, violence).sum()) for month in cases[3:])
    assert left / sum(kinds["violence"].sum() for kinds in drawn[3:]) == pytest.approx(1 - SEEN.fall, abs=0.04)

    def inside(beyond: int, months: list[Incidents]) -> int:
        told = pl.concat(thefts(month) for month in months)
        return int(ZONE.holds(told["x"].to_numpy(), told["y"].to_numpy(), beyond).sum())

    zone, ring = ([inside(beyond, part) for part in (cases[:3], cases[3:])] for beyond in (0, 1))
    ring = [around - own for around, own in zip(ring, zone, strict=True)]
    assert zone[1] / zone[0] == pytest.approx(1 - DISPLACES.fall, abs=0.2)
    assert ring[1] > 3 * ring[0]
    areas = {row[1] for row in ledger_areas()[1:]}
    assert len(areas) == ZONE.side**2
    assert areas >= set(Grid().codes(np.array([ZONE.corner[0] + 1.0]), np.array([ZONE.corner[1] + 1.0])).tolist())


def test_the_packaged_layout_reads_the_points(gwangju: Agency) -> None:
    name = "시연_발생사건_202403_20240403.csv"
    content = dict(crime_exports(SEED, LAST_MONTH, 1, ()))[name]
    layout = match(name, gwangju)
    assert layout is not None
    file = ExportFile(name, hashlib.sha256(content).hexdigest(), len(content), lambda: io.BytesIO(content))
    reading = read_export(file, layout, gwangju, date(2024, 4, 17))
    rows = pl.concat(list(reading.batches())).filter(pl.col("crime_type").is_in(["theft", "violence"]))
    assert 0.95 < rows["cell"].is_not_null().mean() < 0.995
    assert rows["cell"].drop_nulls().str.contains("^다라[0-9]{6}$").all()
    assert [note.code for note in reading.outcome.notes] == ["note_points_missing"]
