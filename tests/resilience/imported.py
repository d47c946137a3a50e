# ruff: noqa: F401  (imported for those that are forked from it)
"""What a month imports on its way, imported at once: for a process that others are forked from.

Nothing is computed and no database is opened here, so that no thread's lock is forked along with it.
"""

import great_expectations.data_context.types.base
import great_expectations.expectations.core.expect_column_values_to_be_between
import statsmodels.tsa.exponential_smoothing.ets

import forecasts.engine
import forecasts.models
import forecasts.reporting
import tests.resilience.walked
import transforms.briefing.page
import transforms.briefing.validation_page
import transforms.briefing.workbook
