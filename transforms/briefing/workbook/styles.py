"""Formats of cells, each made once a workbook, and what every sheet says of the publication when printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from expectations.contracts import Column
from expectations.sentences import sentence

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_A4 = 9
_GREY, _HEAD, _LINE = "#595959", "#DCE6F1", "#BFBFBF"
HEADING: dict[str, object] = {
    "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": _HEAD, "border": 1,
    "border_color": _LINE,
}  # fmt: skip
TITLE: dict[str, object] = {"bold": True, "font_size": 18}
PART: dict[str, object] = {"bold": True, "font_size": 12, "bottom": 1}
LABEL: dict[str, object] = {"font_color": _GREY, "valign": "top"}
GENERATED: dict[str, object] = {"bold": True, "font_color": "#C00000", "font_size": 12}
PROSE: dict[str, object] = {"text_wrap": True, "valign": "top"}
LINK: dict[str, object] = {"font_color": "#0563C1", "underline": 1, "valign": "top"}
# What the signals look like: a colour and, in the cell, the word.
SIGNALS: Mapping[str, dict[str, object]] = {
    "alert": {"bg_color": "#C00000", "font_color": "#FFFFFF", "bold": True},
    "watch": {"bg_color": "#FFD966", "font_color": "#000000", "bold": True},
}


@dataclass
class Styles:
    """A workbook being written: its formats, whom it is for and in which language.

    Attributes:
        book: The workbook.
        publication: The row of table `publication`.
        audience: Name of whom it is for.
        lang: ko or en.
    """

    book: "Workbook"
    publication: Mapping[str, Any]
    audience: str
    lang: str
    _made: dict[tuple[tuple[str, object], ...], "Format"] = field(default_factory=dict)

    def format(self, properties: Mapping[str, object]) -> "Format":
        """A format of these properties, the same object for the same ones."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(dict(properties))
        return self._made[key]

    def column(self, column: Column) -> "Format":
        """The format of a column's cells, by its type and unit."""
        properties: dict[str, object] = {"num_format": number_format(column), "valign": "top"}
        if column.type in ("DATE", "TIMESTAMP", "BOOLEAN") or column.allowed:
            properties["align"] = "center"
        return self.format(properties)

    def print_setup(self, sheet: "Worksheet", title: str) -> None:
        """Landscape A4, as wide as the paper; month, audience, run and page on every page."""
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        month, as_of = f"{self.publication['month']:%Y-%m}", str(self.publication["as_of"])
        mark = sentence("workbook_generated_short", self.lang) if self.publication["generated"] else ""
        sheet.set_header(f"&L{_plain(self.audience)} {month}&C{_plain(title)}&R{_plain(mark)}")
        sheet.set_footer(f"&L{as_of} · {self.publication['run_id']}&R&P / &N")


def number_format(column: Column) -> str:
    """How a column's values are shown: months as months, counts with thousands, means with a decimal, text as text."""
    if column.type == "DATE":
        return "yyyy-mm" if column.name.split("_")[0] == "month" or column.name.endswith("_month") else "yyyy-mm-dd"
    if column.type == "TIMESTAMP":
        return "yyyy-mm-dd hh:mm:ss"
    if column.type == "DOUBLE":
        if column.unit == "초":
            return "#,##0"
        if column.unit:
            return "#,##0.0"
        return "0.000" if column.maximum == 1 else "0.00"
    if column.type in ("BIGINT", "INTEGER", "TINYINT"):
        return "#,##0" if column.unit else "0"
    return "@" if column.type == "VARCHAR" else "General"


def _plain(text: str) -> str:
    """Text in a header: an ampersand begins a command there."""
    return text.replace("&", "&&")
