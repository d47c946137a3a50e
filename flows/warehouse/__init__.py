"""The working store: exports by their bytes, rows as read, and the facts as one day knew them; one writer at a time."""

from flows.warehouse.collecting import Collected, Incoming
from flows.warehouse.facts.history import Missing
from flows.warehouse.failure import AccountingError, WarehouseBusy, WarehouseError
from flows.warehouse.read_files import ReadFile
from flows.warehouse.received.clock import Clock
from flows.warehouse.storing import StoredFile
from flows.warehouse.warehouse import Warehouse

__all__ = [
    "AccountingError", "Clock", "Collected", "Incoming", "Missing", "ReadFile", "StoredFile", "Warehouse",
    "WarehouseBusy", "WarehouseError",
]  # fmt: skip
