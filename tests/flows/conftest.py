"""Homes that runs are made in. Every run of this process shares one Prefect server, started by the first."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.flows import town
from tests.flows.places import Place, months


@pytest.fixture
def new_town(tmp_path: Path) -> Callable[..., Place]:
    """Makes a town whose inbox holds so many months, from January 2021 on where no other first one is given."""

    def make(count: int = 0, name: str = "town", first: date = town.FIRST) -> Place:
        folder = tmp_path / name
        (folder / "inbox").mkdir(parents=True)
        place = Place(folder / "home", town.write_agency(folder / "agency"), folder / "inbox")
        for month in months(first, count):
            town.put(place, month)
        return place

    return make
