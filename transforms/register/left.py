"""Files left alone that seem to be lists of a register: each is told, for a unit waits to see its entries."""

from collections.abc import Iterable

from expectations.registers import left_register
from expectations.sentences import sentence


def left_registers(names: Iterable[str], lang: str) -> list[str]:
    """Why each of these files is not read as the list it seems to be, in order of their names."""
    return [told for name in sorted(names) if (told := why_left(name, lang)) is not None]


def why_left(name: str, lang: str) -> str | None:
    """Why a file no layout knows is not read as a register; None where its name means none."""
    found = left_register(name)
    if found is None:
        return None
    register, code = found
    title, word = (register.title, register.words[-1]) if lang == "ko" else (register.title_en, register.words[0])
    return sentence(code, lang, file=name, title=title, word=word)
