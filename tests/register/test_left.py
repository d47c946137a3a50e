"""Files that seem to be lists of a register: read, or told why not."""

import pytest

from expectations.registers import left_register, register_of
from transforms.register.left import left_registers


@pytest.mark.parametrize(
    "name",
    [
        "추진사항.csv",
        "actions.csv",
        "2024/북부/추진사항.csv",
        "추진사항 북부.csv",
        "북부_현장의견.csv",
        "Opinions (1).CSV",
    ],
)
def test_a_list_needs_no_day_in_its_name(name):
    assert register_of(name) is not None
    assert left_register(name) is None


@pytest.mark.parametrize(
    ("name", "register", "code"),
    [
        ("추진사항북부.csv", "actions", "register_left_name"),
        ("북부추진사항_20240405.csv", "actions", "register_left_name"),
        ("actions2024.csv", "actions", "register_left_name"),
        ("units/opinionsnorth.csv", "opinions", "register_left_name"),
        ("추진사항.xlsx", "actions", "register_left_kind"), ("actions_20240405.XLS", "actions", "register_left_kind"),
        ("현장의견_북부.hwp", "opinions", "register_left_kind"), ("추진사항", "actions", "register_left_kind"),
    ],
)  # fmt: skip
def test_a_list_that_is_not_read_is_told_with_its_reason(name, register, code):
    found = left_register(name)
    assert found is not None
    assert (found[0].name, found[1]) == (register, code)
    for lang in ("ko", "en"):
        (told,) = left_registers([name, "minutes.txt"], lang)
        assert told.startswith(f"{name}: ")
        assert "CSV" in told or ".csv" in told


@pytest.mark.parametrize("name", ["transactions.csv", "interactions_2024.xlsx", "incidents_2024-03.csv", "회의록.hwp"])
def test_other_files_are_no_lists(name):
    assert (register_of(name), left_register(name)) == (None, None)
