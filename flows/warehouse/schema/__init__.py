"""What the warehouse file holds: its tables, and the steps that bring an older file's up to date."""

from flows.warehouse.schema.steps import SCHEMA_VERSION, prepare
from flows.warehouse.schema.tables import (
    BY_AS_OF,
    CORE_CONTENT,
    DELIVERY,
    FILE_NAME,
    FILE_UNIT,
    RAW,
    RECEIVED_FILE,
    REGISTERED,
    WITHDRAWAL,
)

__all__ = [
    "BY_AS_OF",
    "CORE_CONTENT",
    "DELIVERY",
    "FILE_NAME",
    "FILE_UNIT",
    "RAW",
    "RECEIVED_FILE",
    "REGISTERED",
    "SCHEMA_VERSION",
    "WITHDRAWAL",
    "prepare",
]
