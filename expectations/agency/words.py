"""What people call the codes of the tables: by an agency's own names, or as the contracts name them."""

from collections.abc import Mapping

from expectations.agency.agency import Agency
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
    own = {"all": sentence("word_all", lang), "unknown": sentence("word_unknown", lang)}
    labels = {"crime_type": agency.crime_types, "call_group": agency.call_groups, "urgency": agency.urgencies}
    named = {
        column: {label.code: label.name if lang == "ko" else label.name_en for label in given}
        for column, given in labels.items()
    }
    return {column: words if column == "crime_type" else {**words, **own} for column, words in named.items()}
