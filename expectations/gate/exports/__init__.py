"""The exports a month is made from: what only an analyst would see to be late, truncated, doubled or contradictory."""

from expectations.gate.exports.deliveries import HIDDEN, Published, check_published
from expectations.gate.exports.entries import Clash, Remarks, Repeated, check_events, check_rosters
from expectations.gate.exports.exports import Exports, check_exports, sql
from expectations.gate.exports.received import Received

__all__ = [
    "HIDDEN", "Clash", "Exports", "Published", "Received", "Remarks", "Repeated", "check_events", "check_exports",
    "check_published", "check_rosters", "sql",
]  # fmt: skip
