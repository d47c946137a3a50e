"""What is wrong with a field of an agency's TOML files: pydantic's findings as sentences of the catalogue."""

import reprlib
from datetime import date, time
from typing import Any

from pydantic import ValidationError

from expectations.sentences import Failure, catalogue

_ALIKE = {
    "bool_parsing": "bool_type",
    "int_parsing": "int_type",
    "int_from_float": "int_type",
    "float_parsing": "float_type",
    "model_attributes_type": "dict_type",
    "model_type": "dict_type",
}
"""Kinds of findings that ask for the same thing, by whether pydantic has tried to convert the value."""


LONGEST = 200
"""Characters of what is quoted from a folder."""
_OURS = ("known", "expected", "needed")
"""Values that list what may be written, which nobody else has written."""


class FolderFault(Failure):
    """What is wrong with an agency folder; what its sentence quotes from there is cut short."""

    def __init__(self, code: str, **values: Any) -> None:
        """Keep the code and its values, none of them longer than a line that is read."""
        super().__init__(code, **{name: value if name in _OURS else _cut(value) for name, value in values.items()})


def _cut(value: Any) -> Any:
    if isinstance(value, Exception) and not isinstance(value, Failure):
        value = str(value)
    return f"{value[:LONGEST]}…" if isinstance(value, str) and len(value) > LONGEST + 1 else value


class FieldFault(FolderFault, ValueError):
    """A value of a field, or fields beside each other, that cannot be used; validators of the models raise it."""


def first_fault(found: ValidationError, whole: str) -> FieldFault:
    """The first finding, with the field's path.

    Args:
        found: What pydantic raised.
        whole: What to name in the place of a field where it is about the whole file.
    """
    error = found.errors()[0]
    own = error.get("ctx", {}).get("error")
    if isinstance(own, FieldFault) and own.code == "toml_fault":  # it names the field itself
        return own
    field = ".".join(str(part) for part in error["loc"]) or whole
    return FieldFault("toml_fault", field=field, why=_why(error))


def _why(error: Any) -> Failure | str:
    """What is wrong; in pydantic's English where the catalogue has no sentence for its kind of finding."""
    values: dict[str, Any] = error.get("ctx", {})
    own = values.get("error")
    if isinstance(own, Failure):
        return own
    code = f"toml_{_ALIKE.get(error['type'], error['type'])}"
    if code not in catalogue():
        return str(error["msg"])
    if "expected" in values:  # pydantic joins what a field may be in English
        values = values | {"expected": values["expected"].replace(" or ", ", ")}
    return FieldFault(code, found=_written(error["input"]), **values)


def _written(value: object) -> str:
    """A value as a TOML file has it, cut short."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, date | time) else reprlib.repr(value)
