"""What DuckDB may hold is what CHIAN_MEMORY says, of an amount the machine has."""

import pytest

from flows import settings
from flows.settings import SettingsError, read_settings


@pytest.mark.parametrize(
    ("machine", "said", "megabytes"),
    [
        (24_000, "", 768),
        (1_000, "", 500),
        (400, "", 256),
        (24_000, "8GB", 8000),
        (24_000, "1.5 gb", 1500),
        (24_000, "800MB", 800),
    ],
)
def test_an_amount_is_understood(monkeypatch: pytest.MonkeyPatch, machine: int, said: str, megabytes: int) -> None:
    monkeypatch.setattr(settings, "machine_megabytes", lambda: machine)
    assert read_settings({"CHIAN_MEMORY": said}).memory_megabytes == megabytes


@pytest.mark.parametrize("said", ["8", "much", "-1GB", "255MB", "25GB", "1e3MB"])
def test_another_is_told_with_what_was_expected(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr(settings, "machine_megabytes", lambda: 24_000)
    with pytest.raises(SettingsError) as told:
        read_settings({"CHIAN_MEMORY": said})
    assert told.value.sentence("en") == (
        f"CHIAN_MEMORY: found '{said}', expected an amount such as 800MB or 8GB, of at least 256MB and at most this "
        "machine's 24000MB."
    )
