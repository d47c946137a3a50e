"""What a run is and how it went: its identity, the program it was made with, and its row of table `run`."""

from flows.record.already_published import already_published, warnings_and_outlook
from flows.record.entry import local_now, recorded, run_table
from flows.record.identity import Identity, identify
from flows.record.retention import forget_old

__all__ = [
    "Identity", "already_published", "forget_old", "identify", "local_now", "recorded", "run_table",
    "warnings_and_outlook",
]  # fmt: skip
