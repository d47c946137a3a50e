"""The sheet the meeting reads first, and how many false signals it may raise."""

from expectations.contracts import columns as c
from expectations.contracts.table import Column, Table
from expectations.signals import SIGNALS

_LEVELS = "Holds every level of district: filter on `level` before summing."
_COMPARED = (
    ("last_month", "BIGINT", "전월", "The month before."),
    ("same_month_last_year", "BIGINT", "전년동월", "Same month of the year before."),
    (
        "three_year_mean",
        "DOUBLE",
        "3년평균",
        "Mean of the same month of the three years before; of those comparable, at least one.",
    ),
    ("three_year_lower", "DOUBLE", "3년평균 하한", "Largest whole count below the mean that would be a watch: from here down chance does not explain it. 0 where no count is low enough to be one. expected_final is what it is held against."),
    ("three_year_upper", "DOUBLE", "3년평균 상한", "Smallest whole count above the mean that would be a watch; expected_final is what it is held against."),
    ("year_to_date", "BIGINT", "연누계", "January through this month; empty unless all are covered."),
    ("last_year_to_date", "BIGINT", "전년누계", "The same months of the year before; empty unless all are covered."),
)  # fmt: skip
OUTLOOK = Table(
    name="outlook",
    label="전망",
    grain="One row per district and crime type of the run's month: the sheet the meeting reads first.",
    grain_label="관서·죄종(회의 대상 달)",
    columns=(
        *c.DISTRICT_COLUMNS, c.CRIME_TYPE, c.MONTH, c.INCIDENTS, c.EXPECTED_FINAL,
        *(Column(name, kind, label, text, unit=c.COUNT, nullable=True) for name, kind, label, text in _COMPARED),
        Column("years_compared", "BIGINT", "비교연수", "Of how many of the three years before that mean is: one to three that can be compared; "
               "0 where there is none.", unit="년", minimum=0, maximum=3),
        Column("per_cent_change", "DOUBLE", "3년평균 대비 증감률", "expected_final against three_year_mean; empty where that mean is below 30 "
               "or there is no z: never to be shown without them.", unit="%", nullable=True),
        Column("z", "DOUBLE", "z", "2(√x − √m) / √(φ(1 + 1/k)): change against the mean m of the same month in the k ≤ 3 years before, "
               "in standard errors, those of late reports still to come included; empty where there is no such year.", nullable=True),
        Column("test", "VARCHAR", "검정", "What decided: z, or exact (the exact conditional test, where the expected count is below 20, "
               "told as the z of its p value); empty where z is.", nullable=True, allowed=("z", "exact")),
        Column("dispersion", "DOUBLE", "산포", "φ: how much more the series varies than Poisson, at least 1.", nullable=True, minimum=1),
        Column("signal", "VARCHAR", "신호", "watch or alert where |z| reaches the level's threshold in `signal_budget`, else none.",
               allowed=("none", *SIGNALS)),
        Column("direction", "VARCHAR", "방향", "up or down from the same month of earlier years; empty where z is.", nullable=True,
               allowed=("up", "down", "same")),
        Column("q_value", "DOUBLE", "q값", "Benjamini–Hochberg adjusted two-sided p value of z (Student's t) over the sheet's rows of that level: beside the "
               "signal, no second rule.", nullable=True, minimum=0, maximum=1),
        Column("power_30", "DOUBLE", "30% 증가 탐지확률", "Chance that a lasting rise by 30 % is flagged within three months at this level and φ; "
               "empty where it is not known.", nullable=True, minimum=0, maximum=1),
        *(Column(f"forecast_{name}", "DOUBLE", f"다음달 예측 {label}", f"{text} of next month's forecast.", unit=c.COUNT,
                 nullable=True, minimum=0)
          for name, label, text in (("mean", "평균", "Mean"), ("lower_80", "80% 하한", "Lower 80 % bound"),
                                    ("upper_80", "80% 상한", "Upper 80 % bound"))),
        Column("probability_above_last_year", "DOUBLE", "전년초과확률",
               "Probability that next month exceeds the same month of the year before.", nullable=True, minimum=0, maximum=1),
    ),
    key=("district", "crime_type"),
    layer="published",
    caveats=(_LEVELS, "A signal is a question to the station, not a finding.",
             "A per cent change stands beside its counts and z, and never on a mean below 30: small counts make it noise.",
             "How many signals chance alone raises stands in `signal_budget`."),
)  # fmt: skip
SIGNAL_BUDGET = Table(
    name="signal_budget",
    label="신호허용한도",
    grain="One row per level of district and signal: its threshold, and how many chance alone raises.",
    grain_label="단계·신호",
    columns=(
        c.LEVEL.but(description="Level of district whose rows of `outlook` share the budget."),
        Column("signal", "VARCHAR", "신호", "watch or alert; a row that is an alert counts as a watch, too.", allowed=SIGNALS),
        Column("threshold", "DOUBLE", "기준값", "|z| from which on a row of that level is signalled.", minimum=0),
        Column("series", "BIGINT", "계열수", "Rows of that level that have a z this month.", minimum=0),
        Column("degrees_of_freedom", "DOUBLE", "자유도", "Fewest comparisons that a φ of the level rests on, in effect: the fewer, the higher the "
               "threshold.", minimum=0),
        Column("budget_per_month", "DOUBLE", "월 허용 오신호", "False signals a month that the level may raise.", minimum=0),
        Column("expected_per_month", "DOUBLE", "월 예상 오신호", "False signals a month expected where nothing changes.", minimum=0),
        Column("method", "VARCHAR", "산출방법", "How the threshold was found: budget (Student's t at the budget) or least (the least |z| that is ever "
               "signalled, which the budget allows).", allowed=("budget", "least")),
    ),
    key=("level", "signal"),
    layer="published",
    caveats=("A level without a z this month has no row.", "By the formula; simulation stands in docs/method.md."),
)  # fmt: skip
