"""The registers units keep by hand, of what they resolved to do and what they expect: names and columns."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

RegisterKind = Literal["action", "opinion"]
OPINION_MONTHS = 3
"""Whole months an opinion is judged by at the most."""


@dataclass(frozen=True)
class Entry:
    """One column of a register.

    Attributes:
        name: Name in tables, and the header in English.
        label: The header in Korean.
        meaning: What it holds, for docs/onboarding.md.
        required: Whether a file without it is refused, and a row without it rejected.
    """

    name: str
    label: str
    meaning: str
    required: bool = True


@dataclass(frozen=True)
class Register:
    """A register as a file: in the agency folder by its name, in the inbox by any name that says one of its words.

    Attributes:
        name: What table `source_file` shows as its source.
        kind: What a row is.
        title: For readers, in Korean.
        title_en: The same in English.
        words: Any of them, standing alone in a file's name, makes it this register.
        columns: Those that are read; others are left alone.
        key: Column that tells rows apart.
        begins: Column with the first day a row is about.
        unit: Column that names the unit, never a person.
    """

    name: str
    kind: RegisterKind
    title: str
    title_en: str
    words: tuple[str, ...]
    columns: tuple[Entry, ...]
    key: str
    begins: str
    unit: str

    @property
    def file(self) -> str:
        """Name of the file in an agency folder."""
        return f"{self.name}.csv"

    def is_named(self, name: str) -> bool:
        """Whether a file's name says that it is this register: `transactions.csv` does not."""
        base = unicodedata.normalize("NFC", PurePosixPath(name).name).casefold()
        alone = "|".join(map(re.escape, self.words))
        return re.search(rf"(?:^|[\s_.()-])(?:{alone})(?:[\s_.()-].*)?\.csv$", base) is not None


_ENTERED = Entry("entered_on", "등록일", "Day it was entered, which earlier as-of days do not show; empty: the day of "
                 "the first delivery that holds it; needed in the agency folder.", required=False)  # fmt: skip
ACTIONS = Register(
    name="actions", kind="action", title="추진사항", title_en="Actions",
    words=("actions", "추진사항"), key="action_id", begins="started_on", unit="owner",
    columns=(
        Entry("action_id", "추진번호", "Number of the measure, unique in its list."),
        Entry("owner", "담당부서", "Unit that carries it out; never a person."),
        Entry("district", "관서", "Code, name or alias of a district of districts.csv."),
        Entry("crime_type", "죄종", "Code or name of a crime type of agency.toml."),
        Entry("what", "추진내용", "Short title, at most 200 characters."),
        Entry("kind", "종류", "Kind of measure.", required=False),
        Entry("expected_effect", "기대효과", "Change expected, in per cent of the forecast (-20).", required=False),
        Entry("started_on", "시작일", "First day, such as 2024-03-31."),
        Entry("review_on", "점검일", "Day the meeting looks at it."),
        _ENTERED,
    ),
)  # fmt: skip
OPINIONS = Register(
    name="opinions", kind="opinion", title="현장의견", title_en="Opinions from the field",
    words=("opinions", "현장의견"), key="opinion_id", begins="given_on", unit="unit",
    columns=(
        Entry("opinion_id", "의견번호", "Number of the opinion, unique in its list."),
        Entry("unit", "제출부서", "Unit that gives it; never a person."),
        Entry("district", "관서", "Code, name or alias of a district of districts.csv."),
        Entry("crime_type", "죄종", "Code or name of a crime type of agency.toml.", required=False),
        Entry("given_on", "제출일", "Day it was given, such as 2024-03-31; runs of earlier as-of days do not show it."),
        Entry("what", "의견", "The opinion in one line, at most 200 characters."),
        Entry("category", "구분", "Category.", required=False),
        Entry("expected_direction", "예상방향", "Where the next months go against the forecast: up, down or same "
              "(증가, 감소, 유지).", required=False),
        _ENTERED,
    ),
)  # fmt: skip
REGISTERS = (ACTIONS, OPINIONS)


def left_register(name: str) -> tuple[Register, str] | None:
    """The register a file seems to be although its name says none, with the code of the sentence why it is not read.

    None where no word of a register begins in the name, or where the file is one: `transactions.csv` means none.
    """
    if register_of(name) is not None:
        return None
    base = unicodedata.normalize("NFC", PurePosixPath(name).name).casefold()
    for register in REGISTERS:
        # Hangul is written without spaces, so there a word may begin anywhere; in English within a word it is another.
        if re.search("|".join(rf"(?<![a-z]){re.escape(word)}" for word in register.words), base):
            return register, "register_left_name" if base.endswith(".csv") else "register_left_kind"
    return None


def register_of(name: str) -> Register | None:
    """The register a file's name says it is; None where it says none."""
    return next((register for register in REGISTERS if register.is_named(name)), None)
