"""Reference tables of what a TOML file may say, from the models that read it: each field is described once, in code."""

import json
import re
import types
from collections.abc import Mapping
from datetime import date
from inspect import getdoc
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

_FIELD = re.compile(r"^    (\w+): ", re.MULTILINE)
_EXAMPLE = re.compile(r"^(?P<text>.*?)\s*Example: `(?P<example>.*)`$", re.DOTALL)
_PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", date: "day"}
_HEAD = "| Field | Type | Default | Means | Example |\n|---|---|---|---|---|"


def field_table(model: type[BaseModel]) -> str:
    """One Markdown table, one row per field of a model, in the order its docstring describes them.

    Raises:
        ValueError: The docstring describes other fields than the model has, or one of them without an example.
    """
    described = field_texts(model)
    if set(described) != {field.alias or name for name, field in model.model_fields.items()}:
        raise ValueError(f"{model.__name__}: the docstring describes {sorted(described)}, the model has other fields")
    return "\n".join([_HEAD, *(_row(model, name, *texts) for name, texts in described.items())])


def field_texts(model: type[BaseModel]) -> dict[str, tuple[str, str]]:
    """Meaning and example of each field, from the section Attributes of a model's docstring.

    Raises:
        ValueError: A field has no example.
    """
    _, _, attributes = (getdoc(model) or "").partition("Attributes:\n")
    _, *parts = _FIELD.split(attributes)
    found = {}
    for name, text in zip(parts[::2], parts[1::2], strict=True):
        match = _EXAMPLE.match(" ".join(text.split()))
        if match is None:
            raise ValueError(f"{model.__name__}.{name}: no `Example: ...` ends its description")
        found[name] = (match["text"], match["example"])
    return found


def summary(model: type[BaseModel]) -> str:
    """First line of a model's docstring."""
    return (getdoc(model) or "").partition("\n")[0]


def meaning_table(meanings: Mapping[str, str]) -> str:
    """One Markdown table of names and what they mean."""
    return "\n".join(
        ["| Column | Means |\n|---|---|", *(f"| `{name}` | {_cell(text)} |" for name, text in meanings.items())]
    )


def _row(model: type[BaseModel], name: str, text: str, example: str) -> str:
    field = next(field for own, field in model.model_fields.items() if name == (field.alias or own))
    default = "needed" if field.is_required() else _default(field.get_default(call_default_factory=True))
    cells = (f"`{name}`", type_words(field.annotation), default, text, f"`{example}`")
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    """A bar inside a cell would end it."""
    return text.replace("|", "\\|")


def type_words(annotation: Any) -> str:
    """A type as somebody who writes TOML says it."""
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_words(inside[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inside)
    if origin in (Union, types.UnionType):
        return type_words(next(part for part in inside if part is not type(None)))
    if origin is tuple:
        return f"list of {_many(inside[0])}"
    if origin is dict:
        return f"table of {_many(inside[1])}"
    return _PLAIN.get(annotation, "part")


def _many(annotation: Any) -> str:
    words = type_words(annotation)
    return {"text": "texts", "part": "parts"}.get(words, words)


def _default(value: Any) -> str:
    """A default as TOML writes it; blank where a field left out says nothing."""
    if isinstance(value, BaseModel) or value in (None, "", (), {}) or _parts(value):
        return ""
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _parts(value: Any) -> bool:
    """Whether a default is a list of parts, which its description tells."""
    return isinstance(value, tuple) and all(isinstance(one, BaseModel) for one in value)
