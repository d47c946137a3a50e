"""What agency.toml says of 112 calls: their groups, their urgencies, and the classes forecast by the hour."""

from collections.abc import Sequence

from expectations.agency.fields.label import ALL, UNKNOWN, Label, hold_new
from expectations.codes import shortened
from expectations.field_faults import FieldFault
from expectations.sentences import sentence

DISPATCHED = "dispatched"
"""Class of every call that officers are sent to; it always stands."""


class CallGroup(Label):
    """A group of 112 incident codes.

    Attributes:
        code: What tables hold; lower case, no spaces. Example: `code = "theft"`
        name: For readers, in the agency's language. Example: `name = "절도"`
        name_en: The same in English. Example: `name_en = "Theft"`
        established: Whether it is known what such calls were about; others are left out of headlines.
            Example: `established = false`
    """

    established: bool = True


class Urgency(Label):
    """An urgency of 112 calls.

    Attributes:
        code: What the exports hold, after the layout's rules. Example: `code = "C1"`
        name: For readers, in the agency's language. Example: `name = "코드1 중요"`
        name_en: The same in English. Example: `name_en = "Code 1, important"`
        dispatched: Whether officers are sent to such calls. Example: `dispatched = true`
    """

    dispatched: bool = False


class CallClass(Label):
    """Urgencies whose calls are forecast together by the hour; the class `dispatched` of all of them always stands.

    Attributes:
        code: What tables hold; lower case, no spaces. Example: `code = "urgent"`
        name: For readers, in the agency's language. Example: `name = "긴급(코드0·1)"`
        name_en: The same in English. Example: `name_en = "Urgent (codes 0 and 1)"`
        urgencies: Codes of its urgencies: officers are sent to such calls, and no other class names them.
            Example: `urgencies = ["C0", "C1"]`
    """

    urgencies: tuple[str, ...]


def all_dispatched(urgencies: Sequence[Urgency], language: str) -> CallClass:
    """The class of every urgency that officers are sent to, named in the agency's language."""
    names = {lang: sentence(f"word_{DISPATCHED}", lang) for lang in ("ko", "en")}
    sent = tuple(one.code for one in urgencies if one.dispatched)
    return CallClass(code=DISPATCHED, name=names[language], name_en=names["en"], urgencies=sent)


def hold_classes(classes: Sequence[CallClass], urgencies: Sequence[Urgency]) -> None:
    """Hold that every class is of urgencies that officers are sent to, and that none counts in two.

    Raises:
        FieldFault: A class names none, or one it cannot.
    """
    sent = [one.code for one in urgencies if one.dispatched]
    codes: dict[str, str] = {}
    taken: dict[str, str] = {}
    for one in classes:
        hold_new(one, "call_classes", codes, (ALL, UNKNOWN, DISPATCHED))
        codes[one.code.casefold()] = one.code
        if not one.urgencies:
            raise FieldFault("toml_class_empty", found=shortened(one.code), known=", ".join(sent))
        for urgency in one.urgencies:
            named = {"found": shortened(urgency), "class_code": shortened(one.code)}
            if urgency not in sent:
                raise FieldFault("toml_class_urgency", known=", ".join(sent), **named)
            if urgency in taken:
                raise FieldFault("toml_class_twice", other=shortened(taken[urgency]), **named)
            taken[urgency] = one.code
