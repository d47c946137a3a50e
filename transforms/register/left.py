"""Files left alone that seem to be lists of a register: each is told, for a unit waits to see its entries."""

import re
from collections.abc import Iterable

from expectations.agency import Agency
from expectations.layout import Layout
from expectations.layout.file_names import ENDINGS, own_name
from expectations.sentences import sentence


def left_registers(names: Iterable[str], agency: Agency, lang: str) -> list[str]:
    """Why each of these files is not read as the list it seems to be, in order of their names."""
    return [told for name in sorted(names) if (told := why_left(name, agency, lang)) is not None]


def why_left(name: str, agency: Agency, lang: str) -> str | None:
    """Why a file no layout knows is not read as a register; None where its name means none."""
    found = left_register(name, agency)
    if found is None:
        return None
    layout, code = found
    title, word = (layout.title, layout.words[-1]) if lang == "ko" else (layout.title_en, layout.words[0])
    known = ", ".join(ENDINGS[layout.format])
    return sentence(code, lang, file=name, title=title, word=word, ending=known.split(", ")[0], expected=known)


def left_register(name: str, agency: Agency) -> tuple[Layout, str] | None:
    """The register a file seems to be although its name says none, with the code of the sentence why it is not read.

    None where no word of a register begins in the name, or where the file is one: `transactions.csv` means none.
    """
    own = own_name(name)
    if any(layout.fits(name) for layout in agency.registers):
        return None
    for layout in agency.registers:
        # Hangul is written without spaces, so there a word may begin anywhere; in English within a word it is another.
        if layout.words and re.search(
            "|".join(rf"(?<![a-z]){re.escape(word.casefold())}" for word in layout.words), own
        ):
            return layout, "register_left_name" if own.endswith(ENDINGS[layout.format]) else "register_left_kind"
    return None
