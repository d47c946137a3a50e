"""Files that seem to be lists of a register: read, or told why not."""

import pytest

from transforms.exports.files.names import register_of
from transforms.register.left import left_register, left_registers


@pytest.mark.parametrize(
    "name",
    [
        "추진사항.csv",
        "actions.csv",
        "2024/북부/추진사항.csv",
        "추진사항 북부.csv",
        "북부_현장의견.csv",
        "Opinions (1).CSV",
        "추진사항 북부.xlsx",
        "actions_20240405.XLS",
    ],
)
def test_a_list_needs_no_day_in_its_name(agency, name):
    assert register_of(name, agency) is not None
    assert left_register(name, agency) is None


@pytest.mark.parametrize(
    ("name", "register", "code"),
    [
        ("추진사항북부.csv", "actions", "register_left_name"),
        ("북부추진사항_20240405.csv", "actions", "register_left_name"),
        ("actions2024.csv", "actions", "register_left_name"),
        ("units/opinionsnorth.csv", "opinions", "register_left_name"),
        ("추진사항북부.xlsx", "actions", "register_left_name"),
        ("actions_20240405.hwpx", "actions", "register_left_kind"),
        ("현장의견_북부.hwp", "opinions", "register_left_kind"), ("추진사항", "actions", "register_left_kind"),
    ],
)  # fmt: skip
def test_a_list_that_is_not_read_is_told_with_its_reason(agency, name, register, code):
    found = left_register(name, agency)
    assert found is not None
    assert (found[0].name, found[1]) == (register, code)
    for lang in ("ko", "en"):
        (told,) = left_registers([name, "minutes.txt"], agency, lang)
        assert told.startswith(f"{name}: ")
        assert "CSV" in told or ".csv" in told


@pytest.mark.parametrize("name", ["transactions.csv", "interactions_2024.xlsx", "incidents_2024-03.csv", "회의록.hwp"])
def test_other_files_are_no_lists(agency, name):
    assert (register_of(name, agency), left_register(name, agency)) == (None, None)
