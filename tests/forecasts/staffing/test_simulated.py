"""Needs held against a simulated queue: Alexandria's day, lognormal service times of 45 minutes and CV 1.57."""

import numpy as np
import pytest

from forecasts.staffing.erlang import share_waiting, units_needed
from forecasts.staffing.needed import needed_by_hour, work_of
from forecasts.staffing.offered_load import LAG_HOURS, ServiceTime
from tests.forecasts.staffing.queue import SERVICE_CV, SERVICE_MINUTES, day_of, share_late

WAIT, SHARE = 60.0, 0.9


def test_the_queue_simulated_is_the_one_erlang_solved() -> None:
    """Constant calls and exponential times: what the formula says of a wait, the simulation counts."""
    late = share_late(np.full(24, 8.0), np.full(8, 8), 5.0, 700, seed=1, cv=1)
    assert late.mean() == pytest.approx(float(share_waiting(8, 6.0, 5 / 45)), abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize(("calls_an_hour", "days"), [(5, 1500), (20, 400)])
def test_no_block_of_the_day_is_late_and_it_costs_little(calls_an_hour: float, days: int) -> None:
    hours = day_of(calls_an_hour)
    work = work_of([(np.r_[hours[-LAG_HOURS:], hours], ServiceTime(SERVICE_MINUTES, SERVICE_CV, 0))])
    needed = needed_by_hour(work, np.zeros(24), WAIT, SHARE).reshape(8, 3).max(axis=1)
    block_wise = units_needed(
        hours.reshape(8, 3).mean(axis=1) * SERVICE_MINUTES / 60, np.zeros(8), WAIT / 60 / SERVICE_MINUTES, SHARE
    )
    assert needed.sum() <= 1.13 * block_wise.sum()
    assert share_late(hours, needed, WAIT / 60, days, seed=7).max() <= 1 - SHARE + 0.02
    assert share_late(hours, block_wise, WAIT / 60, days, seed=7).max() > 1 - SHARE + 0.05
