"""Season charts: where lines, gaps, rings and fans lie."""

import re
from datetime import date
from typing import Any

import polars as pl
import pytest

from expectations.agency import Agency, load_agency, packaged
from tests.briefing import sample_month
from transforms.briefing.page.material import Material
from transforms.briefing.page.seasons.section import season_charts


@pytest.fixture(scope="module")
def agency() -> Agency:
    return load_agency(packaged())


def charts(agency: Agency, frames: dict[str, pl.DataFrame], lang: str = "en") -> dict[str, dict[str, Any]]:
    """Charts of theft by district name."""
    made = season_charts(Material(frames, agency, agency.root, lang))
    return {chart["name"]: chart for chart in made[0]["charts"]}


def corners(path: str) -> list[tuple[str, float, float]]:
    """Commands of an SVG path with where they lead."""
    return [(c, float(x), float(y)) for c, x, y in re.findall(r"([ML])([\d.]+) ([\d.]+)", path)]


def moved(frames: dict[str, pl.DataFrame], months: int) -> dict[str, pl.DataFrame]:
    """The same tables so many months later."""
    shifted = {}
    for name, frame in frames.items():
        days = [c for c in ("month", "origin_month") if c in frame.columns]
        shifted[name] = frame.with_columns(pl.col(c).dt.offset_by(f"{months}mo") for c in days)
    return shifted


def test_a_district_that_always_has_the_same_is_a_flat_line_over_five_flat_years(agency: Agency) -> None:
    chart = charts(agency, sample_month.tables(agency))["Bukbu (North) Police Station"]
    assert [len(corners(path)) for path in chart["earlier"]] == [12] * 5
    heights = {y for path in chart["earlier"] for _, _, y in corners(path)}
    assert len(heights) == 1
    this_year = corners(chart["this_year"])
    assert [c for c, _, _ in this_year] == ["M", "L", "L"]
    # The month still to grow lies above the others, with a ring where it is reported.
    assert this_year[2][2] < this_year[1][2]
    assert [(p["ring"], p["value"]) for p in chart["points"]] == [
        (False, 140.0),
        (False, 140.0),
        (False, 147.0),
        (True, 140),
    ]


def test_the_fan_opens_from_the_newest_count_widest_interval_first(agency: Agency) -> None:
    chart = charts(agency, sample_month.tables(agency))["Seobu (West) Police Station"]
    assert [area["level"] for area in chart["fan"]["areas"]] == [95, 80, 50]
    starts = {corners(area["path"])[0][1:] for area in chart["fan"]["areas"]}
    assert starts == {corners(chart["this_year"])[-1][1:]}
    wide, _, narrow = (corners(area["path"]) for area in chart["fan"]["areas"])
    assert wide[1][2] < narrow[1][2]
    assert [label["text"] for label in chart["labels"]] == ["189", "113"]


def test_everything_lies_inside_the_drawing(agency: Agency) -> None:
    for chart in charts(agency, sample_month.tables(agency)).values():
        paths = [*chart["earlier"], chart["this_year"], *(a["path"] for a in chart["fan"]["areas"])]
        for _, x, y in (corner for path in paths for corner in corners(path)):
            assert 0 <= x <= chart["width"]
            assert 0 <= y <= chart["height"]
        assert chart["band"]["height"] > 0


def test_a_forecast_into_the_next_year_lengthens_the_axis(agency: Agency) -> None:
    november = moved(sample_month.tables(agency), 8)
    assert november["publication"]["month"].item() == date(2024, 11, 1)
    chart = charts(agency, november)["Seobu (West) Police Station"]
    fan = corners(chart["fan"]["line"])
    assert [c for c, _, _ in fan] == ["M", "L", "L", "L"]
    assert fan[-1][1] == chart["right"]
    assert [month["text"] for month in chart["months"]] == ["Jan", "Apr", "Jul", "Oct", "Jan"]
    # Last year's line runs on into this year's January and February.
    assert len(corners(chart["earlier"][-1])) == 14


def test_an_unknown_month_is_a_gap_and_not_a_zero(agency: Agency) -> None:
    frames = sample_month.tables(agency)
    gone = (pl.col("district") == "seobu") & pl.col("month").is_in([date(2023, 6, 1), date(2024, 2, 1)])
    frames["crime_month"] = frames["crime_month"].with_columns(complete=~gone)
    chart = charts(agency, frames)["Seobu (West) Police Station"]
    assert [c for c, _, _ in corners(chart["earlier"][-1])] == ["M", "L", "L", "L", "L", "M", *"LLLLL"]
    assert [c for c, _, _ in corners(chart["this_year"])] == ["M", "M"]


def test_a_district_without_counts_has_no_chart(agency: Agency) -> None:
    frames = sample_month.tables(agency)
    frames["crime_month"] = frames["crime_month"].filter(pl.col("district") != "nambu")
    assert "Nambu (South) Police Station" not in charts(agency, frames)
    assert len(charts(agency, frames)) == 5
