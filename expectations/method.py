"""What column `method` of a forecast says: weights and notes as codes, which the catalogue tells in either language.

`seasonal_naive=0.41;smoothing=0.59|smoothing:no_season(14)|scaled_to(11)`: parts between bars. The first may be the
weights, largest first; every other is a note, of a model where one stands before it, with its values in brackets.
Characters that mean something here, and white space, are percent-encoded in values. Forecasts that were issued before
there were codes hold English prose: it is no method in this sense, and is shown as it is.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from expectations.sentences import catalogue, sentence

NOTES: dict[str, tuple[str, ...]] = {
    "always": ("count",),
    "equal_share": ("district",),
    "failed": (),
    "filled": ("count",),
    "in_breaks": ("month",),
    "late": ("month",),
    "left_out": ("count",),
    "level_changed": ("months",),
    "moved": ("ratio",),
    "no_fit": ("error",),
    "no_number": (),
    "no_result": (),
    "no_season": ("count",),
    "not_converged": (),
    "not_installed": (),
    "of_children": (),
    "ran_away": ("count", "most"),
    "recent_mean": ("count", "used"),
    "running": ("days", "length", "reported", "dispersion"),
    "scaled_to": ("district",),
    "starts_from": ("expected", "lower", "upper", "reported"),
    "too_short": ("count", "needed"),
}
"""Codes of notes, and what their sentences (`method_<code>`) call their values; the last takes all that are left."""
BAR = "|"
_NAME = "[a-z][a-z0-9_]*"
_VALUE = r"(?:[^%;|()=,:\s]|%[0-9A-F]{2})*"
_MEANS_SOMETHING = re.compile(r"[%;|()=,:\s]")
_WEIGHTS = re.compile(rf"{_NAME}=\d\.\d\d(?:;{_NAME}=\d\.\d\d)*")
_NOTE = re.compile(rf"(?:(?P<model>{_NAME}):)?(?P<code>{_NAME})(?:\((?P<values>{_VALUE}(?:,{_VALUE})*)\))?")


@dataclass(frozen=True)
class Note:
    """One thing that was done otherwise than usual, by a model or to the whole row (None)."""

    code: str
    values: tuple[str, ...] = ()
    model: str | None = None


@dataclass(frozen=True)
class Method:
    """What was done in one row.

    Attributes:
        weights: Of each model, in hundredths as text (`0.41`), largest first; empty where no models were weighed.
        notes: In the order they were made.
    """

    weights: tuple[tuple[str, str], ...] = ()
    notes: tuple[Note, ...] = ()


def note(code: str, *values: object) -> str:
    """A note as it is written.

    Raises:
        KeyError: There is no such code.
    """
    names = NOTES[code]
    return f"{code}({','.join(escaped(str(value)) for value in values)})" if names else code


def escaped(value: str) -> str:
    """A value in whose text nothing means anything to the format."""
    return _MEANS_SOMETHING.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), value)


def notes(*parts: str | None) -> str | None:
    """The parts that say something as one text; None where none does."""
    return BAR.join(part for part in parts if part) or None


def of_model(model: str, told: str) -> list[str]:
    """The notes of a text, each as that model's."""
    return [f"{model}:{part}" for part in told.split(BAR)]


def weighed(shares: Mapping[str, float]) -> str:
    """The weights as they are written, largest first; equal ones stay in their order."""
    return ";".join(f"{model}={share:.2f}" for model, share in sorted(shares.items(), key=lambda one: -one[1]))


def written(method: Method) -> str:
    """A method as the column holds it; `read` gives it back."""
    weights = [";".join(f"{model}={share}" for model, share in method.weights)] if method.weights else []
    told = [f"{one.model}:" * (one.model is not None) + note(one.code, *one.values) for one in method.notes]
    return BAR.join([*weights, *told])


def read(text: str) -> Method | None:
    """What a text says; None where it is not written so: prose of a forecast issued before, or another's own."""
    weights, found = [], []
    for at, part in enumerate(text.split(BAR)):
        if at == 0 and _WEIGHTS.fullmatch(part):
            weights = [(one.partition("=")[0], one.partition("=")[2]) for one in part.split(";")]
            continue
        match = _NOTE.fullmatch(part)
        if match is None or match["code"] not in NOTES:
            return None
        values = () if match["values"] is None else tuple(unquote(one) for one in match["values"].split(","))
        if (len(values) < len(NOTES[match["code"]])) or (values and not NOTES[match["code"]]):
            return None
        found.append(Note(match["code"], values, match["model"]))
    return Method(tuple(weights), tuple(found))


def told(text: str, lang: str, district: Callable[[str], str] = str) -> str:
    """The column's text as a sentence; one that is not written so as it is.

    Args:
        text: What the column holds.
        lang: Language of the sentence.
        district: Name of a district by its code.
    """
    method = read(text)
    if method is None:
        return text
    parts = [_weights(method, lang)] if method.weights else []
    for one in method.notes:
        said = _note(one, lang, district)
        parts.append(sentence("method_of_model", lang, model=_model(one.model, lang), note=said) if one.model else said)
    return "; ".join(parts)


def _weights(method: Method, lang: str) -> str:
    models = [f"{_model(model, lang)} {share}" for model, share in method.weights]
    if len(models) == 1:
        return sentence("method_only", lang, model=_model(method.weights[0][0], lang))
    return sentence("method_combination", lang, models=", ".join(models))


def _note(one: Note, lang: str, district: Callable[[str], str]) -> str:
    names = NOTES[one.code]
    last = len(names) - 1
    values = {name: ", ".join(one.values[at:]) if at == last else one.values[at] for at, name in enumerate(names)}
    if "district" in values:
        values["district"] = district(values["district"])
    return sentence(f"method_{one.code}", lang, **values)


def _model(name: str | None, lang: str) -> str:
    code = f"model_{name}"
    return catalogue()[code][lang] if code in catalogue() else str(name)
