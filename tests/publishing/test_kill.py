"""kill -9 at every step of a swap: the old publication or the new one, and the next run puts the rest right."""

import shutil
import subprocess
import sys
from datetime import date

import polars as pl
import pytest

from flows.places.home import Home
from flows.publishing import publish, published, recover, staging
from flows.publishing.issued import issued_folder, issues
from tests.publishing.killed import ROOT, killed_homes
from tests.publishing.small_publication import lay_few, put_few, tables
from tests.publishing.test_publish import names

MARCH, EARLY, SEEN = date(2024, 3, 1), date(2024, 4, 5), date(2024, 4, 10)

BETWEEN = """
import os, shutil, signal, sys
from pathlib import Path
from flows.places.home import Home
from flows.publishing import publish, staging, swap

swap._finish = lambda home, mark: os.kill(os.getpid(), signal.SIGKILL)
home = Home(Path(sys.argv[1]), Path("inbox"))
with staging(home, "bb") as staged:
    shutil.copytree(sys.argv[2], staged.root, dirs_exist_ok=True)
    publish(home, staged)
"""
PARQUET = [f"{name}.parquet" for name in ("crime_month", "forecast", "publication", "run")]


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    """A publication built and not yet put in place."""
    folder = tmp_path_factory.mktemp("ready")
    lay_few(folder / "strategy.duckdb", folder / "month", tables(MARCH, SEEN, "bb", 11))
    return folder


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """A home whose publication is the one before, with an as-of folder beside it."""
    root = tmp_path_factory.mktemp("before") / "home"
    put_few(Home(root, root / "inbox"), MARCH, EARLY, "aa", 10)
    put_few(Home(root, root / "inbox"), MARCH, date(2024, 4, 3), "00", 9)
    return root


def publish_whole(home, ready):
    with staging(home, "bb") as staged:
        shutil.copytree(ready, staged.root, dirs_exist_ok=True)
        publish(home, staged)


def run_of(month):
    """The run a month's folder belongs to, all of its files there."""
    assert {"parquet", "validation.html", "as-of-2024-04-03"} <= {p.name for p in month.iterdir()}
    assert names(month / "parquet") == PARQUET
    return pl.read_parquet(month / "parquet" / "publication.parquet")["run_id"].item()


def check_killed(home, way):
    """What a kill left is one publication or the other, and `recover` makes its folder and its file agree."""
    assert published(home).run_id in {"aa", "bb"}
    month = home.published / "2024-03"
    if way == "exchange" or month.exists():
        assert run_of(month) in {published(home).run_id, "bb"}
    recover(home)
    assert run_of(month) == published(home).run_id
    assert not list(home.root.rglob(".*"))


@pytest.mark.slow
@pytest.mark.parametrize("way", ["exchange", "aside"])
def test_killed_at_any_step_either_stands_whole_and_the_next_run_completes_it(before, ready, tmp_path, way):
    killed = killed_homes(before, tmp_path / "homes", way, str(ready))
    assert len(killed) > (20 if way == "exchange" else 4)
    seen = []
    for root in killed:
        home = Home(root, root / "inbox")
        check_killed(home, way)
        seen.append(published(home).run_id)
        if seen[-1] == "aa" or root == killed[-1]:  # to the others nothing is left to be done
            publish_whole(home, ready)
        assert run_of(home.published / "2024-03") == published(home).run_id == "bb"
        assert home.strategy.read_bytes() == (ready / "strategy.duckdb").read_bytes()
        assert [i.run_id for i in issues(issued_folder(home))] == ["aa", "bb"]
        assert sorted(p.name for p in home.published.iterdir()) == ["2024-03", "strategy.duckdb"]
    assert seen == sorted(seen), "from some step on it is the new one"
    assert set(seen) == {"aa", "bb"}


def test_killed_between_folder_and_file_recovery_brings_the_file(before, ready, tmp_path):
    root = shutil.copytree(before, tmp_path / "home")
    home = Home(root, root / "inbox")
    command = [sys.executable, "-c", BETWEEN, str(root), str(ready)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
    assert published(home).run_id == "aa", "the file readers open is still the old one"
    assert run_of(home.published / "2024-03") == "bb", "the folder is in place first"
    recover(home)
    assert published(home).run_id == run_of(home.published / "2024-03") == "bb"
    assert [i.run_id for i in issues(issued_folder(home))] == ["aa", "bb"]
    assert home.strategy.stat().st_mode & 0o777 == 0o444
