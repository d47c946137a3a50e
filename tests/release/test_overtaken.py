"""A release is of one publication, whatever is published while it reads."""

from datetime import date
from itertools import count
from pathlib import Path

import polars as pl
import pytest

from flows.commands.error import CommandError
from flows.commands.handout import publish, published_month
from flows.places.home import Home
from flows.publishing import published
from flows.settings import Settings, read_settings
from tests.flows import town
from tests.publishing.small_publication import put

MARCH, SEEN = date(2024, 3, 1), date(2024, 4, 10)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The small publication: ten thefts, of a March that is published as of 10 April."""
    folder = town.write_agency(tmp_path / "agency")
    for name, old, new in (("agency.toml", 'code = "town"', 'code = "gj"'), ("districts.csv", "town", "gj")):
        (folder / name).write_text((folder / name).read_text("utf-8").replace(old, new), "utf-8")
    text = (folder / "agency.toml").read_text("utf-8").replace("[meeting]", "[meeting]\nsuppress_below = 3")
    (folder / "agency.toml").write_text(text, "utf-8")
    put(Home(tmp_path / "home", tmp_path / "home" / "inbox"), MARCH, SEEN, "run0")
    return read_settings({"CHIAN_HOME": str(tmp_path / "home"), "CHIAN_AGENCY": str(folder), "CHIAN_LANG": "en"})


@pytest.mark.slow
def test_a_release_overtaken_by_a_run_is_of_the_later_publication(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run publishes March anew, with one theft more, once the first table has been read."""
    seen, read = [], published_month.read_table

    def reading(folder: Path, table: str) -> pl.DataFrame:
        frame = read(folder, table)
        seen.append(table)
        if seen.count("crime_month") == 1 and table == "crime_month":
            put(settings.home, MARCH, SEEN, "run1", thefts=11)
        return frame

    monkeypatch.setattr(published_month, "read_table", reading)
    publish.publish_external(settings, tmp_path / "public")
    assert pl.read_parquet(tmp_path / "public" / "crime_month.parquet")["incidents"].to_list() == [11, 11]
    assert published(settings.home).run_id == "run1"


@pytest.mark.slow
def test_a_release_overtaken_again_and_again_gives_up_in_one_sentence(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, read = count(), published_month.read_table

    def reading(folder: Path, table: str) -> pl.DataFrame:
        frame = read(folder, table)
        return frame.with_columns(run_id=pl.lit(f"run{next(runs)}")) if table == "publication" else frame

    monkeypatch.setattr(published_month, "read_table", reading)
    with pytest.raises(CommandError) as told:
        publish.publish_external(settings, tmp_path / "public")
    assert told.value.code == "release_overtaken"
    assert not (tmp_path / "public").exists()
