"""What there is to tell of a run: how it ended, which exports are missing, what needs attention.

Messages name sources, months, districts and kinds of crime, never what stood in a cell of an export.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from expectations.sentences import sentence
from flows.beforehand.rehearsal import Rehearsal
from flows.beginning.scheduled import Look
from flows.ending.ended import Monthly
from flows.ending.failure import RunStopped, explain

if TYPE_CHECKING:
    from prefect import State

Event = Literal["published", "unchanged", "waiting", "alerts", "failed"]
SHOWN = 10


@dataclass(frozen=True)
class Notice:
    """One message.

    Attributes:
        event: What it is about.
        text: One or two sentences for people.
        details: The same for programs.
    """

    event: Event
    text: str
    details: Mapping[str, Any]

    @property
    def message(self) -> dict[str, Any]:
        """What is sent. The sentence's key is `text`, which the common chat services show as it is."""
        return {"event": self.event, "text": self.text, **self.details}


def notices(state: "State[Any]", lang: str) -> Iterator[Notice]:
    """What a run's last state gives reason to tell."""
    if state.is_crashed():
        yield Notice("failed", sentence("notice_crashed", lang), {})
    elif state.is_failed():
        yield _failed(state.result(raise_on_failure=False), lang)
    else:
        ended = cast("Monthly | Look | Rehearsal | None", state.result(raise_on_failure=False))
        if ended is not None:
            yield from notices_of(ended, lang)


def notices_of(ended: Monthly | Look | Rehearsal, lang: str) -> Iterator[Notice]:
    """What a run that went as it should gives reason to tell."""
    if isinstance(ended, Look):
        yield from _looked(ended, lang)
    elif isinstance(ended, Monthly):
        yield from _published(ended, lang)


def _published(ended: Monthly, lang: str) -> Iterator[Notice]:
    info = ended.placement.info
    month = f"{info.month:%Y-%m}"
    about = {"agency": info.agency, "month": month, "as_of": str(info.as_of), "run_id": info.run_id}
    said = {**about, "agency": info.agency_name, "warnings": ended.warnings}
    if not ended.placement.changed:
        yield Notice("unchanged", sentence("notice_unchanged", lang, **said), about)
        return
    code = "notice_published" if info.complete else "notice_incomplete"
    yield Notice("published", sentence(code, lang, **said), about | {"complete": info.complete})
    if ended.signals:
        alerts = sum(marked.signal == "alert" for marked in ended.signals)
        listed = ", ".join(
            f"{marked.district_name} {marked.crime_type} {marked.signal}" for marked in ended.signals[:SHOWN]
        )
        more = len(ended.signals) - SHOWN
        counts = {"count": len(ended.signals), "alerts": alerts, "watches": len(ended.signals) - alerts}
        text = sentence("notice_alerts", lang, **said, **counts, list=listed + (f" … (+{more})" if more > 0 else ""))
        yield Notice("alerts", text, about | {"signals": [asdict(marked) for marked in ended.signals]})


def _looked(ended: Look, lang: str) -> Iterator[Notice]:
    """Missing exports, each morning; a publication that stands is no news."""
    if ended.kind == "waiting":
        missing = [{"source": gap.source, "title": gap.titles[lang]} for gap in ended.missing]
        about = {"month": f"{ended.month:%Y-%m}", "as_of": str(ended.as_of), "missing": missing}
        yield Notice("waiting", ended.sentence(lang), about)


def _failed(error: BaseException, lang: str) -> Notice:
    """Why a run failed. Of the gate's findings only the promises are named: their sentences may quote an export."""
    if isinstance(error, RunStopped):
        told = {"count": len(error.findings), "promises": ", ".join(error.promises[:SHOWN]), "report": error.report}
        return Notice("failed", sentence("notice_stopped", lang, **told), {"promises": error.promises})
    why = explain(error, lang) or sentence("notice_fault", lang, kind=type(error).__name__)
    return Notice("failed", sentence("notice_failed", lang, why=why), {})
