"""The steps of the month as plain functions: what each reads and makes; the work itself is one call further."""

from flows.steps.arriving import collect, compare, read, resolve, store
from flows.steps.counting import check_inputs, count, late_reports
from flows.steps.demanding import demand
from flows.steps.deploying import deployments
from flows.steps.finishing import brief, check_publication, conclude, describe, forget, publish
from flows.steps.foreseeing import factors, follow, forecast, places, running, score
from flows.steps.planning import plan
from flows.steps.telling import Aside, Tables, kept_rows

__all__ = [
    "Aside",
    "Tables",
    "brief",
    "check_inputs",
    "check_publication",
    "collect",
    "compare",
    "conclude",
    "count",
    "demand",
    "deployments",
    "describe",
    "factors",
    "follow",
    "forecast",
    "forget",
    "kept_rows",
    "late_reports",
    "places",
    "plan",
    "publish",
    "read",
    "resolve",
    "running",
    "score",
    "store",
]
