"""Every table's columns, types, units, Korean labels and promises, declared once."""

from expectations.contracts.core import CORE
from expectations.contracts.published import PUBLISHED
from expectations.contracts.raw import RAW
from expectations.contracts.table import Column, Table

TABLES: dict[str, Table] = {table.name: table for table in (*RAW, *CORE, *PUBLISHED)}

__all__ = ["CORE", "PUBLISHED", "RAW", "TABLES", "Column", "Table"]
