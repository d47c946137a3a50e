"""Values as Excel takes them: text it cannot turn into anything else, numbers with every digit."""

from expectations.visible import visible

LONGEST = 32_767
"""Characters Excel holds in a cell."""
_CUT = "…"


class Exact(float):
    """A number that is written with all its digits.

    xlsxwriter writes sixteen; a table's cell may need seventeen, and the workbook is to hold the same number.
    """

    def __format__(self, spec: str) -> str:
        """The shortest text that reads back as the same number, whatever the format asked for."""
        return float.__repr__(self)


def number(value: float) -> float:
    """The same number, made to be written exactly where sixteen digits would not do."""
    return value if float(f"{value:.16G}") == value else Exact(value)


def digits(value: float) -> str:
    """A number as a cell of the file has it: sixteen digits where they do, as Excel itself writes, else all of them."""
    short = f"{value:.16G}"
    return short if float(short) == value else float.__repr__(value)


def text(value: str) -> tuple[str, bool]:
    r"""Text as a cell may hold it, and whether it had to be cut.

    What XML cannot hold, or what would turn a line round, is made visible (`\x1b`).
    """
    shown = visible(value.replace("\r\n", "\n").replace("\r", "\n"))
    if shown.startswith("<r>") and shown.endswith("</r>"):
        shown += " "  # xlsxwriter would take it for markup of its own and write it as it is
    # Excel counts UTF-16 units: an emoji is two.
    if len(shown) * 2 > LONGEST and len(shown.encode("utf-16-le")) // 2 > LONGEST:
        kept = shown.encode("utf-16-le")[: (LONGEST - len(_CUT)) * 2].decode("utf-16-le", "ignore")
        return kept + _CUT, True
    return shown, False
