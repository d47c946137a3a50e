"""Months, their lengths, and feasts whose dates anybody can look up."""

from datetime import date

import numpy as np
import pytest

from expectations.months import month_range
from forecasts.calendar import Calendar, standard_months


def test_a_gregorian_cycle_of_months_has_mean_length_one() -> None:
    lengths = standard_months(month_range(date(1900, 1, 1), date(2299, 12, 1)))
    assert lengths.mean() == pytest.approx(1, abs=1e-12)
    assert lengths[1] / lengths[0] == pytest.approx(28 / 31)


@pytest.mark.slow
def test_lunar_new_year_and_chuseok_fall_where_the_almanac_says() -> None:
    # 설날 2020-01-25, 2023-01-22, 2024-02-10; 추석 2020-10-01 (eve on 30 September), 2023-09-29, 2024-09-17.
    months = month_range(date(2018, 1, 1), date(2024, 12, 1))
    days = Calendar("KR").moving_holiday_days(months)
    at = {month: place for place, month in enumerate(months)}
    new_year, chuseok = days["Korean New Year"], days["Chuseok"]
    assert [new_year[at[date(year, 1, 1)]] > 0 for year in (2020, 2023, 2024)] == [True, True, False]
    assert [new_year[at[date(year, 2, 1)]] > 0 for year in (2020, 2023, 2024)] == [False, False, True]
    assert [chuseok[at[month]] for month in (date(2020, 9, 1), date(2020, 10, 1))] == [1, 2]
    assert chuseok[at[date(2024, 9, 1)]] == 3
    assert "Christmas Day" not in days


def test_without_a_country_there_are_no_holidays() -> None:
    assert Calendar().moving_holiday_days([date(2024, 1, 1)]) == {}


def test_an_unknown_country_is_named() -> None:
    with pytest.raises(ValueError, match="knows no country 'XX'"):
        Calendar("XX").moving_holiday_days([date(2024, 1, 1)])


def test_a_longer_look_ahead_does_not_change_the_days_of_earlier_months() -> None:
    near = Calendar("KR").moving_holiday_days(month_range(date(2018, 1, 1), date(2024, 3, 1)))
    far = Calendar("KR").moving_holiday_days(month_range(date(2018, 1, 1), date(2024, 6, 1)))
    assert all(np.array_equal(column, far[name][: len(column)]) for name, column in near.items())
