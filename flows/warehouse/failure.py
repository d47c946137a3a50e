"""What can go wrong in the warehouse, each with its sentence."""

from expectations.sentences import Failure

DAMAGED = (
    "not a valid DuckDB", "Corrupt", "corrupt", "checksum", "Checksum", "older version of DuckDB",
    "newer version of DuckDB", "Could not read", "could not read", "Failed to deserialize", "Serialization Error",
    "replaying WAL", "INTERNAL Error", "FATAL Error", "Fatal Error",
)  # fmt: skip
"""What DuckDB says of a file that is cut, or has other bytes than it wrote; never of one that finds no room."""


class WarehouseError(Failure):
    """The warehouse cannot go on."""


class WarehouseBusy(WarehouseError):
    """Another process holds the warehouse; the sentence names it and says since when."""


class AccountingError(WarehouseError):
    """Rows read and rows stored do not add up: a fault of the program, never published over."""
