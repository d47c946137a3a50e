"""received.jsonl: the day each export was first seen, what was withdrawn and what confirmed, outside the warehouse.

A rebuild knows it from there. One JSON object a line, only ever appended, by whoever holds the home's lock.
"""

from flows.warehouse.received.sightings import Sighting, every_sighting, first_days, remember, sightings
from flows.warehouse.received.withdrawals import Withdrawal, decide, withdrawals

__all__ = ["Sighting", "Withdrawal", "decide", "every_sighting", "first_days", "remember", "sightings", "withdrawals"]
