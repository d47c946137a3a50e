"""`chian publish --external` writes a folder that may be handed out, whole or not at all."""

import json
import os
import stat
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.commands.error import CommandError
from flows.commands.handout.publish import publish_external
from flows.places.home import Home
from flows.planning.run import RunError
from flows.settings import Settings, read_settings
from tests.flows import town
from tests.publishing.small_publication import put

pytestmark = pytest.mark.slow

AGENCY = {'code = "town"': 'code = "gj"', "[meeting]": "[meeting]\nsuppress_below = 11"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The small publication (10 thefts in the agency and its only station) of an agency that shows 11 and more."""
    folder = town.write_agency(tmp_path / "agency")
    text = (folder / "agency.toml").read_text("utf-8")
    for old, new in AGENCY.items():
        text = text.replace(old, new)
    (folder / "agency.toml").write_text(text, "utf-8")
    districts = (folder / "districts.csv").read_text("utf-8").replace("town", "gj")
    (folder / "districts.csv").write_text(districts, "utf-8")
    home = Home(tmp_path / "home", tmp_path / "home" / "inbox")
    put(home, date(2024, 3, 1), date(2024, 4, 10), "aa")
    return read_settings({"CHIAN_HOME": str(home.root), "CHIAN_AGENCY": str(folder), "CHIAN_LANG": "en"})


def test_the_folder_holds_tables_without_small_counts_and_says_what_it_is(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "public"
    publish_external(settings, out)
    names = sorted(path.name for path in out.iterdir())
    assert names == ["crime_month.csv", "crime_month.parquet", "crime_year.csv", "crime_year.parquet", "release.json"]
    frame = pl.read_parquet(out / "crime_month.parquet")
    assert frame["incidents"].to_list() == [None, None]
    assert frame["suppressed"].all()
    assert (out / "crime_month.csv").read_text("utf-8").splitlines()[1].endswith(",2024-03-01,,true,true,true")
    about = json.loads((out / "release.json").read_text("utf-8"))
    assert (about["month"], about["suppress_below"], about["generated"]) == ("2024-03-01", 11, False)
    assert about["tables"]["crime_month"]["suppressed"] == 2
    inside = {"place_risk", "place_hour", "hotspot", "deployment", "patrol_hours", "deployment_effect"}
    assert inside <= set(about["stays_inside"]["tables"])
    assert set(about["stays_inside"]["why"]) == {"ko", "en"}
    said = capsys.readouterr().out
    assert "of 2 counts 2 are hidden (those below 11" in said
    everything = b"".join(path.read_bytes() for path in out.iterdir())
    assert b"run_id" not in everything


def test_counts_that_may_be_shown_are_shown(settings: Settings, tmp_path: Path) -> None:
    put(settings.home, date(2024, 4, 1), date(2024, 5, 10), "bb", thefts=11)
    publish_external(settings, tmp_path / "april")
    assert pl.read_parquet(tmp_path / "april" / "crime_month.parquet")["incidents"].to_list() == [11, 11]
    publish_external(settings, tmp_path / "march", "2024-03")
    assert pl.read_parquet(tmp_path / "march" / "crime_month.parquet")["incidents"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("out", "month", "code"),
    [("home/published/public", None, "release_occupied"), ("agency", None, "release_occupied"),
     ("new", "2024-01", "release_no_month")],
)  # fmt: skip
def test_what_cannot_be_is_told_and_nothing_written(
    settings: Settings, tmp_path: Path, out: str, month: str | None, code: str
) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CommandError) as told:
        publish_external(settings, tmp_path / out, month)
    assert told.value.code == code
    assert sorted(tmp_path.rglob("*")) == before


def test_a_month_that_is_none(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="expected a month"):
        publish_external(settings, tmp_path / "new", "March")


def test_another_agencys_home_is_refused(settings: Settings, tmp_path: Path) -> None:
    other = read_settings({"CHIAN_HOME": str(settings.home.root)})
    with pytest.raises(CommandError) as told:
        publish_external(other, tmp_path / "new")
    assert told.value.code == "home_other_agency"


def test_a_folder_that_cannot_be_written_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError) as told:
        publish_external(settings, tmp_path / "file" / "public")
    assert told.value.code == "query_unwritable"


def test_without_external_it_says_what_it_is_for(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["publish", "--out", str(tmp_path / "public")])
    assert done.exit_code == 1
    assert "--external" in done.stderr


def test_a_release_takes_the_accounts_own_modes(settings: Settings, tmp_path: Path) -> None:
    publish_external(settings, tmp_path / "public")
    before = os.umask(0)
    os.umask(before)
    for path in (tmp_path / "public").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~before
