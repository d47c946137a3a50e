"""What a run is and how it went: its identity, the program it was made with, and its row of table `run`."""

from flows.record.entry import local_now, recorded, run_table
from flows.record.identity import Identity, identify
from flows.record.retention import forget_old
from flows.record.standing import standing, told

__all__ = ["Identity", "forget_old", "identify", "local_now", "recorded", "run_table", "standing", "told"]
