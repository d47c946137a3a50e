"""The packaged agency, whose districts and crime types a register may name."""

import pytest

from expectations.agency import Agency, load_agency, packaged


@pytest.fixture(scope="session")
def agency() -> Agency:
    return load_agency(packaged())
