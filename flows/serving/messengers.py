"""The threads by which Prefect sends events and logs."""


def start_messengers() -> None:
    """Start the threads by which Prefect sends events and logs, before the flow that will use them.

    Each keeps the context it was started in until the process is gone. Started within the flow it would keep the flow
    and, through the modules the flow uses, DuckDB's types; DuckDB's binding library takes these for leaks at exit and
    lists them on stderr, below the sentence that says how the run ended.
    """
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    EventsWorker.instance()
    APILogWorker.instance()
