"""A month walked in plain Python as far as its tables: what a run is to a test that looks at nothing else."""

import sys
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, ParamSpec, TextIO, TypeVar, cast
from unittest.mock import patch

from flows import steps
from flows.beginning.opened import opened
from flows.briefing import by_audience
from flows.ending.failure import RunStopped, explain
from flows.month import PLAIN, Plain, bring
from flows.planning.terms import Terms
from flows.settings import Settings, prepare_environment

P = ParamSpec("P")
R = TypeVar("R")


class Tables(Plain):
    """Every step but two: the pages and workbooks, and the check of the finished tables.

    They cost as much as all the others, and change no number of any table but `validation_result`.
    """

    def step(self, function: Callable[P, R]) -> Callable[P, R]:
        """The step itself, or what says that it made nothing and found nothing."""
        nothing: dict[object, object] = {steps.brief: lambda *_: {}, steps.check_publication: lambda *_: []}
        return cast("Callable[P, R]", nothing.get(function, function))


TABLES = Tables()


class OneReader(Plain):
    """Every step, but documents for the agency alone: where it matters that some are made, and not for whom."""

    def step(self, function: Callable[P, R]) -> Callable[P, R]:
        """The step itself."""
        return cast("Callable[P, R]", _brief_one) if function is steps.brief else function


ONE_READER = OneReader()


def _brief_one(*given: Any) -> Any:
    with patch("flows.steps.finishing.by_audience", lambda *of: islice(by_audience(*of), 1)):
        return steps.brief(*given)


def walk(settings: Settings, terms: Terms, *, whole: bool) -> int:
    """Publish a month and end as `chian run` does: its lines, its sentences, its exit status.

    Args:
        settings: Where, and how.
        terms: What is asked for.
        whole: Every step, not those to the tables alone.
    """
    prepare_environment(settings)
    try:
        settings.home.require()
        with opened(settings, terms, wait_seconds=0) as begun:
            ended = bring(begun.warehouse, begun.run, begun.accept, manner=PLAIN if whole else TABLES)
    except RunStopped as stopped:
        return _said(sys.stderr, [one.sentence(settings.language) for one in stopped.findings], 2)
    except Exception as error:
        if (why := explain(error, settings.language)) is None:
            raise
        return _said(sys.stderr, [why], 1)
    return _said(sys.stdout, ended.lines(settings.language), 0)


def _said(output: TextIO, lines: Sequence[str], status: int) -> int:
    output.writelines(f"{line}\n" for line in lines)
    return status
