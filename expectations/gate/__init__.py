"""Whether a batch keeps its promise: contracts as suites, what only an analyst would know, and what stops a run.

A run asks three times: `check_exports` when files are read, `check_counts` when tables are counted, `check_publication`
before readers see anything; `check_tables`, `check_table` and `check_batches` hold tables against their contracts.
"""

from expectations.gate.counts import check_counts
from expectations.gate.deployments import Unplaced, check_deployments
from expectations.gate.exports import (
    HIDDEN,
    Clash,
    Exports,
    Published,
    Received,
    Remarks,
    Repeated,
    check_events,
    check_exports,
    check_published,
    check_rosters,
    sql,
)
from expectations.gate.finding import Finding, GateError, Severity, Words, critical, findings_table, warnings
from expectations.gate.plans import Drift, check_drift, check_plan
from expectations.gate.publication import Check, check_publication
from expectations.gate.suite import Rows, all_kept, check_batches, check_table, check_tables

__all__ = [
    "HIDDEN",
    "Check",
    "Clash",
    "Drift",
    "Exports",
    "Finding",
    "GateError",
    "Published",
    "Received",
    "Remarks",
    "Repeated",
    "Rows",
    "Severity",
    "Unplaced",
    "Words",
    "all_kept",
    "check_batches",
    "check_counts",
    "check_deployments",
    "check_drift",
    "check_events",
    "check_exports",
    "check_plan",
    "check_publication",
    "check_published",
    "check_rosters",
    "check_table",
    "check_tables",
    "critical",
    "findings_table",
    "sql",
    "warnings",
]
