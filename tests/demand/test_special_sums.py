"""An event at station a is one of the agency: neither's sums are those of its month's forecast, b's are."""

import polars as pl

from flows.computing.demand import touched


def test_special_days_reach_the_districts_above() -> None:
    places = [("city", None), ("a", "city"), ("b", "city")]
    districts = pl.DataFrame(places, {"district": pl.String, "parent": pl.String}, orient="row")
    assert touched(pl.DataFrame({"district": ["a", "a"]}), districts).to_list() == ["a", "city"]
    assert touched(pl.DataFrame(schema={"district": pl.String}), districts).to_list() == []
