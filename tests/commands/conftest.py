"""A home with the small publication of tests/publishing, and one with nothing."""

from datetime import date

import pytest

from flows.places.home import Home
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
