"""A home with the small publication of tests/publishing, one with nothing, and the command line in this process."""

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path

import pytest

from flows import cli
from flows.places.home import Home
from tests.commands.called import planned
from tests.flows import town
from tests.flows.places import Place
from tests.publishing.small_publication import put


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("CHIAN_LANG", "en")


@pytest.fixture
def bare(tmp_path):
    return Home(tmp_path / "bare", tmp_path / "bare" / "inbox")


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    root = tmp_path_factory.mktemp("published") / "home"
    made = Home(root, root / "inbox")
    put(made, date(2024, 3, 1), date(2024, 4, 10), "aa")
    return made


@pytest.fixture
def ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Calls the command line in this process, in an empty folder; gives status, output and what was said."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CHIAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CHIAN_LANG", "en")
    monkeypatch.setattr("flows.commands.run.prepare_prefect", lambda home: None)
    monkeypatch.setattr("flows.commands.run.start_messengers", lambda: None)
    monkeypatch.setattr("flows.monthly.by_hand", planned)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def call(*words: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["chian", *words])
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as exited:
            cli.main()
        told = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]  # BytesIO
        return exited.value.code, *told

    yield call
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    place = Place(tmp_path / "home", town.write_agency(tmp_path / "agency"), tmp_path / "inbox")
    return town.put(place, town.FIRST)
