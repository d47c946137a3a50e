"""Exports into the warehouse: read one by one, entered by batches, each file whole or not at all."""

from flows.warehouse.storing.files import TRY_AGAIN, StoredFile, refuse, store_files
from flows.warehouse.storing.rows import Wanted

__all__ = ["TRY_AGAIN", "StoredFile", "Wanted", "refuse", "store_files"]
