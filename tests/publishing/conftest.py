"""A home in a temporary folder."""

import pytest

from flows.places.home import Home


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home", tmp_path / "home" / "inbox")
