"""The numbers of docs/method.md are those of the code."""

import subprocess
import sys
from itertools import pairwise

import pytest

from expectations.gate import history
from forecasts import calendar, candidates, forecaster, hierarchy, intervals, weights
from forecasts.models import FORECASTERS, arima, ets
from forecasts.settings import EngineSettings
from tests.docs.pages import blocks, page
from transforms.meeting import change, dispersion
from transforms.meeting.outlook import ALERT, WATCH

METHOD = page("docs/method.md")
ONE_LINE = " ".join(METHOD.split())

SENTENCES = [
    f"|z| ≥ {WATCH:g} is `watch`, |z| ≥ {ALERT:g} is `alert`",
    f"(x + km)/(1 + k) is below {change.SMALL:g}",
    f"over its newest {dispersion.COMPARISONS} comparisons",
    f"n comparisons of its own weigh n/(n + {dispersion.HALF_WEIGHT})",
    f"|z| above {history.OUTSIDE:g} is a warning, and critical if the count is also below",
    f"below {history.TRUNCATED * 100:.0f} % or above {history.DOUBLED * 100:.0f} % of m",
    f"months of {calendar.STANDARD_MONTH_DAYS * 12}/12 days",
    f"At most {candidates.MAX_MONTHS} months are looked at",
    f"{ets.LEVEL_FROM} for the level alone, {forecaster.SEASON_FROM} with a season",
    f"{ets.ESTIMATED_START_FROM} to estimate the starting season as well",
    f"| the airline model (0,1,1)(0,1,1)₁₂ | {arima.KNOWN_FROM} |",
    f"from the {EngineSettings().learning_origins} origins before",
    f"both with {weights.PRIOR_ERRORS:g} errors of 1 added beforehand; its weight is proportional to skill⁻²",
    f"m at least {intervals.LEAST_MEAN}",
    f"with {intervals.PRIOR_ERRORS:g} errors of dispersion {intervals.ASSUMED_DISPERSION:g} added beforehand",
    f"n errors of the series' own weigh n/(n + {intervals.SERIES_ERRORS:g})",
    f"mean count of the last {hierarchy.SHARE_MONTHS} months",
    f"A district silent for {hierarchy.SILENT_MONTHS} months while its parent reports",
    f"the same count for {candidates.UNCHANGED_FROM} months or more",
    f"above {candidates.PLAUSIBLE_FACTOR:g} times the highest known rate plus 10",
    "over the {}, {} and {} % intervals".format(*intervals.LEVELS),
    "by `{}` and `{}` only".format(*hierarchy.UNKNOWN_CANDIDATES),
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_numbers_are_those_of_the_code(sentence: str) -> None:
    assert sentence in ONE_LINE


def test_weights_follow_the_square_of_skill() -> None:
    assert weights.POWER == 2
    assert hierarchy.SHARE_HALF_LIFE == 12


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
