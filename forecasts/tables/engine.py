"""What an agency folder tells the engine."""

from dataclasses import asdict

from expectations.agency import Agency, AgencyError, Break
from expectations.field_faults import FieldFault
from expectations.months import add_months, first_of_month
from forecasts.calendar import check_country
from forecasts.models import FORECASTERS
from forecasts.settings import EngineSettings, SeriesBreak


def engine(agency: Agency) -> EngineSettings:
    """The engine's settings as the agency folder gives them.

    Raises:
        AgencyError: The folder names a model there is not.
    """
    meeting = agency.meeting
    try:
        check_country(agency.country)
        if unknown := [name for name in meeting.references if name not in FORECASTERS]:
            raise FieldFault("toml_unknown_models", found=", ".join(unknown), known=", ".join(sorted(FORECASTERS)))
        return EngineSettings(
            horizon=meeting.horizon, candidates=meeting.candidates, country=agency.country, breaks=crime_breaks(agency)
        )
    except FieldFault as error:
        raise AgencyError("agency_meeting", agency=agency.code, why=error) from error


def engine_settings(agency: Agency) -> dict[str, object]:
    """Settings of the engine that change results, for the run's identity."""
    names = ("score_origins", "references", "reference_origins")
    return asdict(engine(agency)) | {name: getattr(agency.meeting, name) for name in names}


def crime_breaks(agency: Agency) -> tuple[SeriesBreak, ...]:
    """Breaks of crime series as the engine takes them: months not to learn from once over, and changes that stay.

    The latter are those without an end.
    """
    types = {t.code for t in agency.crime_types}
    found = []
    for pause in agency.breaks:
        group, _, crime_type = pause.series.partition(".")
        if group == "crime" and (not crime_type or crime_type in types):
            found.append(series_break(pause, crime_type or None))
    return tuple(found)


def series_break(pause: Break, crime_type: str | None = None) -> SeriesBreak:
    """A break as the engine takes it, of a crime type or of all."""
    first = first_of_month(pause.start)
    last = first_of_month(pause.end) if pause.end else None
    if last is None and pause.start != first:  # a month of both ways of counting tells nothing of the new one
        first = add_months(first, 1)
    return SeriesBreak(first, last, pause.reason, crime_type=crime_type)
