"""What can go wrong in the warehouse, each with its sentence."""

from expectations.sentences import Failure


class WarehouseError(Failure):
    """The warehouse cannot go on."""


class WarehouseBusy(WarehouseError):
    """Another process holds the warehouse; the sentence names it and says since when."""


class AccountingError(WarehouseError):
    """Rows read and rows stored do not add up: a fault of the program, never published over."""
