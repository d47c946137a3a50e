"""The tables the strategy meeting reads: a stable interface, each also as a Korean view, labels and words.

This is the one list of them, in the order readers see: a new table is a module of a room beside this one, and a line here.
"""

from expectations.contracts.counts.call_hour import CALL_HOUR
from expectations.contracts.counts.call_month import CALL_MONTH
from expectations.contracts.counts.clearance import CLEARANCE
from expectations.contracts.counts.crime_hour import CRIME_HOUR
from expectations.contracts.counts.crime_month import CRIME_MONTH
from expectations.contracts.counts.crime_quarter import CRIME_QUARTER
from expectations.contracts.counts.crime_rate import CRIME_RATE
from expectations.contracts.counts.crime_subtype_month import CRIME_SUBTYPE_MONTH
from expectations.contracts.counts.crime_to_date import CRIME_TO_DATE
from expectations.contracts.counts.crime_year import CRIME_YEAR
from expectations.contracts.counts.revision import REVISION
from expectations.contracts.demand.call_box_block import CALL_BOX_BLOCK
from expectations.contracts.demand.call_demand import CALL_DEMAND
from expectations.contracts.demand.call_demand_score import CALL_DEMAND_SCORE
from expectations.contracts.demand.call_demand_shift import CALL_DEMAND_SHIFT
from expectations.contracts.demand.call_forecast import CALL_FORECAST
from expectations.contracts.demand.call_forecast_score import CALL_FORECAST_SCORE
from expectations.contracts.demand.call_shift_month import CALL_SHIFT_MONTH
from expectations.contracts.demand.service_time import SERVICE_TIME
from expectations.contracts.demand.special_day import SPECIAL_DAY
from expectations.contracts.demand.unit_need import UNIT_NEED
from expectations.contracts.deployment.deployment import DEPLOYMENT
from expectations.contracts.deployment.deployment_effect import DEPLOYMENT_EFFECT
from expectations.contracts.deployment.deployment_plan import DEPLOYMENT_PLAN
from expectations.contracts.deployment.factor_effect import FACTOR_EFFECT
from expectations.contracts.deployment.patrol_hours import PATROL_HOURS
from expectations.contracts.deployment.plan_score import PLAN_SCORE
from expectations.contracts.deployment.plan_share import PLAN_SHARE
from expectations.contracts.deployment.vulnerability import VULNERABILITY
from expectations.contracts.meeting.action import ACTION
from expectations.contracts.meeting.call_outlook import CALL_OUTLOOK
from expectations.contracts.meeting.forecast import FORECAST
from expectations.contracts.meeting.forecast_model import FORECAST_MODEL
from expectations.contracts.meeting.forecast_score import FORECAST_SCORE
from expectations.contracts.meeting.opinion import OPINION
from expectations.contracts.meeting.outlook import OUTLOOK
from expectations.contracts.meeting.outlook_quarter import OUTLOOK_QUARTER
from expectations.contracts.meeting.patrol_window import PATROL_WINDOW
from expectations.contracts.meeting.running_month import RUNNING_MONTH
from expectations.contracts.meeting.signal_budget import SIGNAL_BUDGET
from expectations.contracts.meeting.signal_history import SIGNAL_HISTORY
from expectations.contracts.places.hotspot import HOTSPOT
from expectations.contracts.places.near_repeat import NEAR_REPEAT
from expectations.contracts.places.near_repeat_open import NEAR_REPEAT_OPEN
from expectations.contracts.places.patrol_stop import PATROL_STOP
from expectations.contracts.places.place_coverage import PLACE_COVERAGE
from expectations.contracts.places.place_hour import PLACE_HOUR
from expectations.contracts.places.place_month import PLACE_MONTH
from expectations.contracts.places.place_risk import PLACE_RISK
from expectations.contracts.places.place_score import PLACE_SCORE
from expectations.contracts.record.district import DISTRICT
from expectations.contracts.record.example_query import EXAMPLE_QUERY
from expectations.contracts.record.publication import PUBLICATION
from expectations.contracts.record.rejected_row import REJECTED_ROW
from expectations.contracts.record.run import RUN
from expectations.contracts.record.source_file import SOURCE_FILE
from expectations.contracts.record.validation_result import VALIDATION_RESULT

PUBLISHED = (
    CRIME_MONTH, CRIME_QUARTER, CRIME_YEAR, CLEARANCE, CRIME_RATE, CRIME_SUBTYPE_MONTH, CALL_MONTH, CRIME_TO_DATE,
    RUNNING_MONTH, CRIME_HOUR, CALL_HOUR, FORECAST, FORECAST_SCORE, FORECAST_MODEL, OUTLOOK, OUTLOOK_QUARTER,
    CALL_OUTLOOK, CALL_FORECAST, CALL_FORECAST_SCORE, CALL_DEMAND, CALL_DEMAND_SHIFT, CALL_SHIFT_MONTH, CALL_BOX_BLOCK,
    CALL_DEMAND_SCORE, SERVICE_TIME, UNIT_NEED, SPECIAL_DAY, PATROL_WINDOW, PLACE_MONTH, PLACE_RISK, PLACE_HOUR,
    PLACE_SCORE, HOTSPOT, PLACE_COVERAGE, NEAR_REPEAT, NEAR_REPEAT_OPEN, PATROL_STOP, SIGNAL_BUDGET, SIGNAL_HISTORY,
    ACTION, OPINION, VULNERABILITY, FACTOR_EFFECT, DEPLOYMENT, PATROL_HOURS, DEPLOYMENT_EFFECT, DEPLOYMENT_PLAN,
    PLAN_SHARE, PLAN_SCORE, DISTRICT, PUBLICATION, RUN, SOURCE_FILE, REJECTED_ROW, VALIDATION_RESULT, REVISION,
    EXAMPLE_QUERY,
)  # fmt: skip
