"""What people are told of a run, and how it reaches them: by the run itself, and by Prefect's server."""

from flows.ending.ended import Signal, signals
from flows.notices.hooks import send, tell, tell_of
from flows.notices.notice import Event, Notice, notices

__all__ = ["Event", "Notice", "Signal", "notices", "send", "signals", "tell", "tell_of"]
