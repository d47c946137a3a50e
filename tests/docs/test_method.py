"""The numbers of docs/method.md are those of the code."""

import subprocess
import sys
from itertools import pairwise

import pytest

from expectations import signals
from expectations.agency.file import Meeting
from expectations.gate import history
from forecasts import calendar, candidates, forecaster, hierarchy, intervals, weights
from forecasts.models import DEFAULTS, FORECASTERS, arima, ets, multilevel, shifts
from forecasts.settings import EngineSettings
from tests.docs.pages import blocks, page
from transforms.meeting.deployment import areas, controlled, counted
from transforms.meeting.deployment.statistics import dose_response, placebo
from transforms.meeting.deployment_plan import assumed, shares, slots
from transforms.meeting.patrol import tour
from transforms.meeting.places import knox, near_repeat
from transforms.meeting.signals import change, dispersion, drift, surprise
from transforms.meeting.spans import interval
from transforms.register import follow_up
from transforms.series import evidence, likelihood, link, profile

PLANNED = assumed.Limits()
METHOD = page("docs/method.md")
ONE_LINE = " ".join(METHOD.split())
CITY, OWN = multilevel.Multilevel().city, multilevel.Multilevel().district

SENTENCES = [
    f"never below {signals.LEAST['watch']:g} for `watch` and {signals.LEAST['alert']:g} for `alert`",
    f"{signals.TESTS['surprise']:.0%} of it is the surprise's, {signals.TESTS['drift']:.0%} the drift's".replace(
        "%", " %"
    ),
    f"with {surprise.FREEDOM:g} degrees of freedom",
    f"the {['', '', '', '', '', '', 'six'][drift.MONTHS]} months that end with it",
    f"leaves out the newest {dispersion.NOT_YET} months before it",
    f"judged by up to {['no', 'one', 'two', 'three'][follow_up.OPINION_MONTHS]} whole months after it",
    f"a rise by {signals.RISE * 100:g} % is flagged in its first month",
    f"with {interval.PRIOR_PAIRS:g} pairs that go together completely added beforehand",
    f"only on a forecast of at least {signals.LEAST_BASE:g}",
    f"only on a three-year mean of at least {signals.LEAST_BASE:g}",
    f"(x + km)/(1 + k) is below {change.SMALL:g}",
    f"over its newest {dispersion.COMPARISONS} comparisons",
    f"n comparisons of its own weigh n/(n + {dispersion.HALF_WEIGHT})",
    f"|z| above {history.OUTSIDE:g} is a warning, and critical if the count is also below",
    f"below {history.TRUNCATED * 100:.0f} % or above {history.DOUBLED * 100:.0f} % of m",
    f"months of {calendar.STANDARD_MONTH_DAYS * 12}/12 days",
    f"At most {candidates.MAX_MONTHS} months are looked at",
    f"{ets.LEVEL_FROM} for the level alone, {forecaster.SEASON_FROM} with a season, {ets.ESTIMATED_START_FROM} to",
    f"| the airline model (0,1,1)(0,1,1)₁₂ | {arima.KNOWN_FROM} |",
    (
        f"{CITY.walk}² min(t, t′) + {CITY.memory}² e^(−|Δ|/{CITY.decay:g}) + {CITY.season}² s(Δ) + x xᵀ + "
        f"{multilevel.CITY_NOISE}² [t = t′]"
    ),
    (
        f"{OWN.walk}² min(t, t′) + {OWN.memory}² e^(−|Δ|/{OWN.decay:g}) + {OWN.season}² s(Δ) + "
        f"{multilevel.DISTRICT_LEVEL:g}²"
    ),
    f"share ({calendar.WEEKDAY_EFFECT} a day), days of each moving feast ({calendar.FEAST_EFFECT} a day)",
    f"variance {multilevel.DISPERSION}/(mean count of seven months + ½)",
    f"Student t errors with {multilevel.FREEDOM:g} degrees of freedom",
    f"biased below about {multilevel.SMALL:g} a month",
    f"Beyond {shifts.OUTSIDE:g}, with no month counting for more than {shifts.WILD:g}",
    f"with {shifts.BEFORE} known months before and {shifts.AFTER} after, the district's covariance gets {shifts.STEP}²",
    f"as far back as {EngineSettings().learning_origins} origins",
    f"with {weights.PRIOR_ORIGINS:g} origins of the candidates' mean skill added beforehand",
    f"capped at {intervals.CAP:g}",
    f"means below {intervals.LEAST_MEAN:g} left out",
    f"reached for {intervals.WIDER:g} times as far from the median",
    f"({intervals.POOL_ERRORS:g} + n r̄)/({intervals.POOL_ERRORS:g} + n)",
    f"its months weighing n/(n + {intervals.SERIES_MONTHS:g})",
    f"weighing n/(n + {intervals.HORIZON_MONTHS:g})",
    f"A district silent for {hierarchy.SILENT_MONTHS} months while its parent reports",
    f"the same count for {candidates.UNCHANGED_FROM} months or more",
    f"above {candidates.PLAUSIBLE_FACTOR:g} times the highest known count plus 10",
    "over the {}, {} and {} % intervals".format(*intervals.LEVELS),
    f"the same cell, up to {near_repeat.STEPS[1]}, {near_repeat.STEPS[2]} and {near_repeat.STEPS[3]} sides away",
    "Days: {} to {}, {} to {}, {} to {}, and {} to {}".format(
        *(day for span in (0, 2, 3, 1) for day in near_repeat.SPANS[span])
    ),
    f"share of {knox.PERMUTATIONS} shufflings of the days",
    f"Of a band of more than {knox.MOST_PAIRS:,} pairs",
    f"Before is the {controlled.BEFORE} weeks that end {controlled.RUN_UP} weeks before the first day",
    f"deployment are left out; {controlled.LEAST_BEFORE} have to stay",
    f"of {controlled.ALIKE_MONTHS} months of four weeks",
    f"told of for less than {counted.LEAST_MONTHS} months",
    f"Of layers of more than {areas.MOST_UNITS:,} units",
    f"at least {['', '', '', '', '', 'five'][controlled.LEAST_CONTROLS]}, else `too few controls`",
    f"months of four weeks up to the run-up, at most {controlled.PHI_MONTHS}",
    f"in the {placebo.PERIODS} periods of the same length before it",
    f"From {placebo.LEAST} on, the interval reaches",
    f"It takes {dose_response.LEAST_AREA_MONTHS} months of the ledger's areas with patrol",
    f"the first week's p is at most {near_repeat.MOST_P} and the ratio at least {near_repeat.LEAST_RATIO}",
    f"with probability κ = {evidence.REPEATED} and else as often as any",
    f"bins of alike many solved pairs, {likelihood.BINS} of them",
    f"with {likelihood.PSEUDO:g} pairs that lie as others do added",
    f"within {likelihood.HALF_METRES:,.0f} m and {likelihood.HALF_DAYS:.0f} days",
    f"fewer than {link.LEAST_BACKGROUND}); beforehand a crime shares its hand with {likelihood.PARTNERS} others",
    f"f = g = {profile.F}, the buffer half",
    f"= {assumed.THETA:.4f} an hour, so that an hour saves {assumed.SAVED_BY_AN_HOUR * 100:.0f} % of what is left",
    f"the {slots.MOST_AREAS} areas with most expected and the first {slots.LEAST_OF_STATION} of each station",
    f"at stops for {PLANNED.at_stops * 100:.0f} % of its shift, in at most {tour.MOST} equal pieces",
    f"at most {PLANNED.most_in_shift:g} hours a shift, and as many a month as are told",
    f"at least {PLANNED.least_share * 100:.0f} % of its share of the expected crimes",
    f"rests {PLANNED.rest_hours:g} hours between shifts",
    f"more than {shares.DRIFT:g} times their share of what victims report",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_numbers_are_those_of_the_code(sentence: str) -> None:
    assert sentence in ONE_LINE


def test_weights_follow_the_tenth_power_of_skill() -> None:
    assert "proportional to skill⁻¹⁰" in ONE_LINE
    assert weights.POWER == 10
    assert weights.HORIZON_SHARE == 0.5
    assert (multilevel.REWEIGHTINGS, multilevel.RELINEARISATIONS) == (2, 4)


def test_the_default_candidates_come_first() -> None:
    named = [
        line.split("`")[1] for line in METHOD.splitlines() if line.startswith(tuple(f"| `{n}` |" for n in FORECASTERS))
    ]
    assert tuple(named[: len(DEFAULTS)]) == DEFAULTS
    assert EngineSettings().candidates == Meeting().candidates == DEFAULTS


@pytest.mark.parametrize("name", list(FORECASTERS))
def test_every_candidate_is_described_with_its_reference(name: str) -> None:
    (row,) = [line for line in METHOD.splitlines() if line.startswith(f"| `{name}` |")]
    assert row.endswith(f"| {FORECASTERS[name].reference} |")


@pytest.mark.slow
def test_figures_are_what_their_command_prints() -> None:
    shown = [(one, two) for one, two in pairwise(blocks(METHOD)) if (one.lang, two.lang) == ("sh", "text")]
    assert shown
    for command, told in shown:
        code = command.text.strip().removeprefix("python -c ").strip('"')
        made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert made.stdout == told.text
