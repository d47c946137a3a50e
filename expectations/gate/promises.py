"""A contract read as a list of promises that can be checked, each with its severity and its sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from expectations.agency import UNKNOWN, Agency
from expectations.agency.fields.label import OTHER
from expectations.call_series import ESTABLISHED
from expectations.contracts import Column, Table
from expectations.contracts.columns import CRIME_TYPE_OR_MAJOR
from expectations.gate.finding import WHOLE, Finding, Severity, Words

ALL = "all"
"""Value of call_group and urgency on rows that sum over them."""
MONTHS = ("month", "origin_month")
"""Columns that hold a month, by contract a DATE on its first day."""
FIRST_OF_MONTH = r"^\d{4}-\d{2}-01$"


@dataclass(frozen=True)
class Promise:
    """One thing a contract promises of a table.

    Attributes:
        expectation: Name in `validation_result`, unique together with the column.
        column: Column it is about; `*` for whole rows or the table.
        check: Great Expectations class that checks it.
        arguments: What that class is given.
        severity: What breaking it means.
        code: Sentence of the promise; `<code>_broken` is the sentence of its breach.
        values: What both sentences name.
        needs: Columns without which it cannot be looked at.
    """

    expectation: str
    column: str
    check: str
    arguments: Mapping[str, object]
    severity: Severity
    code: str
    values: dict[str, object] = field(default_factory=dict)
    needs: tuple[str, ...] = ()

    def finding(self, table: Table, rows: int, unexpected: int, observed: str | None) -> Finding:
        """The promise's finding: kept where nothing unexpected was found."""
        values = {"table": table_words(table), **self.values, "rows": rows, "count": unexpected, "observed": observed}
        code = f"{self.code}_broken" if unexpected else self.code
        return Finding(table.name, self.expectation, self.column, self.severity, not unexpected, code, values, observed)


def promises(table: Table, agency: Agency | None = None) -> tuple[Promise, ...]:
    """Everything a contract promises, in a fixed order; with the agency's own sets of codes where one is given.

    A contract breach is critical: what is published must be what its dictionary says. Codes of 112 calls are open
    lists, which stations extend before anyone edits the agency folder, so an unlisted one is a warning.
    """
    shape = Promise(
        "expect_table_columns_to_match_ordered_list",
        WHOLE,
        "ExpectTableColumnsToMatchOrderedList",
        {"column_list": list(table.names)},
        "critical",
        "contract_columns",
        {"expected": table.names},
    )
    found = [shape, _unique(table)]
    for column in table.columns:
        found += _of_column(column)
        found += _of_agency(column, table, agency) if agency else ()
    return tuple(found)


def table_words(table: Table) -> Words:
    """A table as sentences name it."""
    return Words(f"{table.label}({table.name})", table.name)


def _column_words(column: Column) -> Words:
    return Words(f"{column.label}({column.name})", column.name)


def _unique(table: Table) -> Promise:
    values: dict[str, object] = {"key": table.key}
    if len(table.key) == 1:  # the compound expectation refuses a key of one column
        name, check, arguments = (
            "expect_column_values_to_be_unique",
            "ExpectColumnValuesToBeUnique",
            {"column": table.key[0]},
        )
        return Promise(name, table.key[0], check, arguments, "critical", "contract_unique", values, table.key)
    name, check = "expect_compound_columns_to_be_unique", "ExpectCompoundColumnsToBeUnique"
    columns = {"column_list": list(table.key)}
    return Promise(name, WHOLE, check, columns, "critical", "contract_unique", values, table.key)


def _of_column(column: Column) -> Iterator[Promise]:
    if not column.nullable:
        yield _about(
            column, "expect_column_values_to_not_be_null", "ExpectColumnValuesToNotBeNull", "contract_not_null"
        )
    if column.allowed:
        yield _in_set(column, "", column.allowed, "critical")
    if column.minimum is not None or column.maximum is not None:
        yield _about(
            column,
            "expect_column_values_to_be_between",
            "ExpectColumnValuesToBeBetween",
            "contract_bounds",
            {"min_value": column.minimum, "max_value": column.maximum},
            _bounds(column),
        )
    if column.name in MONTHS and column.type == "DATE":
        yield _about(
            column,
            "expect_column_values_to_match_regex",
            "ExpectColumnValuesToMatchRegex",
            "contract_month",
            {"regex": FIRST_OF_MONTH},
        )


def _about(
    column: Column,
    name: str,
    check: str,
    code: str,
    arguments: Mapping[str, object] | None = None,
    expected: object = None,
    severity: Severity = "critical",
) -> Promise:
    """A promise about the values of one column."""
    values: dict[str, object] = {"column": _column_words(column), "expected": expected}
    given = {"column": column.name, **(arguments or {})}
    return Promise(name, column.name, check, given, severity, code, values, (column.name,))


def _of_agency(column: Column, table: Table, agency: Agency) -> Iterator[Promise]:
    """Sets only the agency folder knows; raw and core rows may carry groups that are counted nowhere."""
    if column.name in ("district", "parent"):
        yield _in_set(column, "agency", tuple(d.code for d in agency.districts), "critical")
    if column.name == "source":
        yield _in_set(column, "agency", tuple(x.name for x in (*agency.layouts, *agency.registers)), "warning")
    if table.layer != "published":
        return
    if column.name == "crime_type":
        labels = agency.crime_labels if column == CRIME_TYPE_OR_MAJOR else agency.crime_types
        yield _in_set(column, "agency", tuple(t.code for t in labels), "critical")
    if column.name == "subtype":
        parts = tuple(part.code for crime_type in agency.crime_types for part in crime_type.subtypes)
        yield _in_set(column, "agency", (*parts, OTHER), "critical")
    for name, labels in (("call_group", agency.call_groups), ("urgency", agency.urgencies)):
        if column.name == name and labels:
            sums = (ALL, ESTABLISHED) if name == "call_group" else (ALL,)
            yield _in_set(column, "agency", (*(x.code for x in labels), *sums, UNKNOWN), "warning")


def _in_set(column: Column, whose: str, values: tuple[str, ...], severity: Severity) -> Promise:
    name = "expect_column_values_to_be_in_set" + (f"({whose})" if whose else "")
    given = {"value_set": list(values)}
    return _about(column, name, "ExpectColumnValuesToBeInSet", "contract_set", given, values, severity)


def _bounds(column: Column) -> str:
    if column.maximum is None:
        return f"≥ {column.minimum:g}"
    if column.minimum is None:
        return f"≤ {column.maximum:g}"
    return f"{column.minimum:g} … {column.maximum:g}"
