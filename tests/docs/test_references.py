"""The reference tables in the documents are the ones the code gives, and their examples work."""

import tomllib
from typing import Literal

import pytest
from pydantic import BaseModel, Field, TypeAdapter

from expectations.agency.fields.calls import CallClass, Urgency
from expectations.agency.fields.duty import Service, Shift
from expectations.agency.fields.label import Label
from expectations.agency.file import AgencyFile, CrimeType, Meeting, Places, Sources
from expectations.agency.reference import agency_reference
from expectations.checked_text import Pattern
from expectations.field_reference import field_table, field_texts, type_words
from expectations.layout import ColumnSource, Exported, Layout, Period, Points, Response, SetAside
from expectations.layout.canonical_columns import CANONICAL
from expectations.layout.counts import Wide
from expectations.layout.reference import layout_reference
from tests.docs.pages import between, page

MODELS: list[type[BaseModel]] = [
    Layout, ColumnSource, SetAside, Period, Exported, Response, Wide,
    AgencyFile, CrimeType, Label, Urgency, CallClass, Shift, Service, Sources, Meeting, Places, Points,
]  # fmt: skip
EXAMPLES = [
    pytest.param(model, name, example, id=f"{model.__name__}.{name}")
    for model in MODELS
    for name, (_, example) in field_texts(model).items()
]


class Sample(BaseModel):
    """A sample.

    Attributes:
        colours: Which colours,
            or none. Example: `colours = ["a|b"]`
        size: How large. Example: `size = 3`
        mood: How it feels. Example: `mood = "glad"`
    """

    colours: tuple[str, ...] = ()
    size: int
    mood: Literal["glad", "sad"] = "sad"


class Silent(BaseModel):
    """A model with a field nobody describes.

    Attributes:
        known: Described. Example: `known = 1`
    """

    known: int
    forgotten: int = Field(default=2)


class Bare(BaseModel):
    """A model whose field has no example.

    Attributes:
        known: Described.
    """

    known: int


def test_layout_reference_stands_in_its_document() -> None:
    found = between(page("docs/source-layouts.md"), "layout reference", "end of layout reference")
    assert found == layout_reference(), "run `python -m expectations.layout.reference` and put it between the markers"


def test_agency_reference_stands_in_its_document() -> None:
    found = between(page("docs/onboarding.md"), "agency reference", "end of agency reference")
    assert found == agency_reference(), "run `python -m expectations.agency.reference` and put it between the markers"


@pytest.mark.parametrize(("model", "name", "example"), EXAMPLES)
def test_examples_are_values_of_their_field(model: type[BaseModel], name: str, example: str) -> None:
    given = tomllib.loads(example)
    assert list(given) == [name]
    annotation = next(field.annotation for own, field in model.model_fields.items() if name == (field.alias or own))
    TypeAdapter(annotation).validate_python(given[name])


def test_a_field_is_one_row() -> None:
    assert field_table(Sample).splitlines()[2:] == [
        '| `colours` | list of texts |  | Which colours, or none. | `colours = ["a\\|b"]` |',
        "| `size` | whole number | needed | How large. | `size = 3` |",
        '| `mood` | `glad`, `sad` | `"sad"` | How it feels. | `mood = "glad"` |',
    ]


@pytest.mark.parametrize("model", [Silent, Bare])
def test_a_field_without_words_is_refused(model: type[BaseModel]) -> None:
    with pytest.raises(ValueError, match=model.__name__):
        field_table(model)


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (str, "text"),
        (str | None, "text"),
        (dict[str, tuple[str, ...]], "table of list of texts"),
        (bool, "true or false"),
        (Pattern | None, "text"),
    ],
)
def test_types_in_words(annotation: object, words: str) -> None:
    assert type_words(annotation) == words


def test_every_kind_has_its_columns_described() -> None:
    assert list(CANONICAL) == list(Layout.model_fields["kind"].annotation.__args__)
    assert all(text.endswith(".") for columns in CANONICAL.values() for text in columns.values())
