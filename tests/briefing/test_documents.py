"""The files of every audience, made in this process and in several, and printed while others are being made."""

import json
import tempfile
import time
from contextlib import closing, suppress
from datetime import date
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

from expectations.agency import load_agency, packaged
from flows.briefing import by_audience, documents, printing, readers
from flows.computing.processes import Processes
from tests.briefing import sample_month
from transforms.briefing.audience import audiences

pytestmark = pytest.mark.slow


def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three audiences, which are worth two processes."""
    monkeypatch.setattr("transforms.briefing.audience.audiences", lambda *of: audiences(*of)[:3])
    monkeypatch.setattr(import_module("flows.briefing.documents"), "WORTH", 1)


def test_processes_change_no_byte_and_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    few(monkeypatch)
    agency = load_agency(packaged())
    tables = sample_month.tables(agency)
    here = list(by_audience(tables, agency, "ko"))
    with closing(Processes(2)) as two:
        there = list(by_audience(tables, agency, "ko", others=two))
    assert [readers(one) for one in there] == [1, 1, 1]
    assert [list(one.items()) for one in there] == [list(one.items()) for one in here]
    assert not list(tmp_path.iterdir())


def test_what_fails_in_a_process_comes_up_as_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    few(monkeypatch)
    agency = load_agency(packaged())
    tables = sample_month.tables(agency)
    quoted = tables["rejected_row"].head(1).with_columns(values=pl.lit("no json"))
    with closing(Processes(2)) as two, pytest.raises(json.JSONDecodeError, match="Expecting value"):
        documents(tables | {"rejected_row": quoted}, agency, "ko", others=two)
    assert not list(tmp_path.iterdir())


def test_where_documents_fail_the_press_is_given_up_and_gone(
    chromium_program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = []
    with suppress(KeyError), printing(chromium_program, date(2024, 4, 10)) as press:
        left.append(press)
        press.take({"a/briefing.html": b"<p>1</p>"})
        while not list(tmp_path.iterdir()):  # until it has begun
            time.sleep(0.01)
        raise KeyError("an audience")
    assert left[0].printed.files == {}
    assert not list(tmp_path.iterdir())
