"""What people call the codes of the tables: by an agency's own names, or as the contracts name them."""

from collections.abc import Iterable, Mapping

from expectations.agency.agency import Agency
from expectations.agency.fields.calls import DISPATCHED
from expectations.agency.fields.duty import WHOLE_DAY
from expectations.agency.fields.label import ALL, OTHER, UNKNOWN, Label
from expectations.agency.file import ESTABLISHED
from expectations.contracts.table import Table
from expectations.sentences import sentence


def words_of(table: Table, column: str, agency: Agency, lang: str) -> Mapping[str, str]:
    """What the codes of a column mean; empty where its values are no codes."""
    return agency_words(agency, lang).get(column) or allowed_words(table, column, lang)


def allowed_words(table: Table, column: str, lang: str) -> Mapping[str, str]:
    """Words of a column's closed set of values, as its contract names them."""
    return table.column(column).in_words(lang) if column in table.names else {}


def agency_words(agency: Agency, lang: str) -> Mapping[str, Mapping[str, str]]:
    """By column of any table, the codes that agency.toml names, and those of rows chian makes itself."""

    def named(labels: Iterable[Label], *own: str) -> dict[str, str]:
        words = {label.code: label.name if lang == "ko" else label.name_en for label in labels}
        return words | {code: sentence(f"word_{code}", lang) for code in own}

    groups = named(agency.call_groups, ALL, UNKNOWN)
    left_out = ", ".join(groups[code] for code in agency.not_established)
    but = {ESTABLISHED: sentence("word_established", lang, groups=left_out)} if left_out else {}
    return {
        "crime_type": named(agency.crime_labels),
        "subtype": named((part for one in agency.crime_types for part in one.subtypes), OTHER),
        "call_group": groups | but,
        "call_type": named((), ALL, UNKNOWN),
        "urgency": named(agency.urgencies, ALL, UNKNOWN),
        "urgency_class": named(agency.call_classes, DISPATCHED),
        "shift": named(agency.shifts, WHOLE_DAY),
    }
