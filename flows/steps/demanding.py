"""The step that looks at calls by the hour."""

from contextlib import AbstractContextManager

from expectations.sentences import sentence
from flows.computing.demand import Made, demand_tables
from flows.computing.kept import Mapper
from flows.planning.run import Run
from flows.steps.telling import Aside, Tables, kept_rows, telling
from flows.warehouse import Warehouse


def demand(
    warehouse: Warehouse, tables: Tables, aside: Aside, run: Run, mapping: AbstractContextManager[Mapper]
) -> Made:
    """Tables of 112 calls by the hour, of the units they take, and of special days: empty where nothing tells them.

    Beside them what the gate finds of sums that no published table shows.

    Args:
        warehouse: Open and counted.
        tables: With `call_month` and `service_time`.
        aside: With `call_hour`.
        run: Its terms.
        mapping: Gives what maps forecasts over series, while they are made.
    """
    lang = run.settings.language
    with telling("step_demand", lang) as shown:
        with mapping as mapper:
            made, found = demand_tables(warehouse, tables, run, mapper, kept_rows(run.settings))
        days, special = made["call_demand_shift"]["date"].n_unique(), made["special_day"].height
        has_time = aside["call_hour"].height > 0
        none = "demanded_none_sent" if has_time and not run.agency.sends_officers else "demanded_none"
        shown.done = sentence("demanded" if days else none, lang, days=days, special=special)
    return made, found
