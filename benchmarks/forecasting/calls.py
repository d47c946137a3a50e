"""How good next month's 112 calls are: the engine as `call_outlook` has it, beside exponential smoothing.

Real monthly counts of dispatched incidents of five stations in two classes, and their sums as an agency's
(../shared/data/calls), one month ahead. The reference is the ETS of statsmodels that `forecast_model` names, with the
interval the model itself has. The scale is the mean absolute change on a year before, as known at the origin.

    .venv/bin/python -m benchmarks.forecasting.calls [PANEL.parquet …] [--origins 24] [--learning 12]
"""

import argparse
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from benchmarks.measuring import cost, machine
from expectations.months import add_months
from forecasts.candidates import mapped_means
from forecasts.engine import forecast_rows, quantiles_of
from forecasts.hierarchy import coherent_forecasts
from forecasts.intervals import LEVELS
from forecasts.models import BASELINE
from forecasts.panel import tidy_panel
from forecasts.scores import mase_scale, score_forecasts
from forecasts.settings import EngineSettings
from forecasts.tables.calls.call_forecast import LEARNING_ORIGINS

CALLS = Path(__file__).resolve().parents[3] / "shared" / "data" / "calls"
AGENCY, REFERENCE = "all", "ets"


def with_agency(panel: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The panel with the sums of its stations as an agency's, and the districts there are then."""
    counts = panel.select("district", "crime_type", "month", "count")
    summed = counts.group_by("crime_type", "month").agg(pl.col("count").sum()).with_columns(district=pl.lit(AGENCY))
    stations = counts["district"].unique().sort().to_list()
    places = [(AGENCY, "agency", None), *((name, "station", AGENCY) for name in stations)]
    districts = pl.DataFrame(places, ["district", "level", "parent"], orient="row")
    return pl.concat([counts, summed.select(counts.columns)]), districts


def reference(counts: pl.DataFrame, origins: Sequence[date]) -> pl.DataFrame:
    """What the reference says at each origin, a series by itself."""
    settings = EngineSettings(horizon=1, candidates=(BASELINE, REFERENCE))
    means = mapped_means(tidy_panel(counts), origins, settings, map)
    own = means.filter(pl.col("model") == REFERENCE, pl.col("mean").is_not_null())
    mean, variance = (own[name].to_numpy() for name in ("mean", "variance"))
    return forecast_rows(own, REFERENCE, own["model"], mean, quantiles_of(mean, variance))


def told(name: str, made: pl.DataFrame, counts: pl.DataFrame, own: pl.Expr) -> str:
    """Scaled WIS and coverage of some districts' forecasts."""
    scale = mase_scale(tidy_panel(counts)).select("district", "crime_type", "scale", origin="month")
    scored = score_forecasts(made.drop("city", strict=False), counts).filter(own)
    scored = scored.join(scale, on=["district", "crime_type", "origin"], how="left")
    wis = (scored["wis"] / scored["scale"]).to_list()
    held = " ".join(f"{sum(scored[f'covered_{level}']) / scored.height:.3f}" for level in LEVELS)
    return f"  {name:8} scaled WIS {sum(wis) / len(wis):.3f}   50, 80, 95 % hold {held}   of {scored.height}"


def main() -> int:
    """Print the scores by panel."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("panels", type=Path, nargs="*", help="else every monthly panel of ../shared/data/calls")
    parser.add_argument("--origins", type=int, default=24)
    parser.add_argument("--learning", type=int, default=LEARNING_ORIGINS, help="earlier forecasts learned from")
    given = parser.parse_args()
    panels = given.panels or sorted(CALLS.glob("panel_*.parquet"))
    if not panels:
        parser.error("no panel given, and no ../shared/data/calls beside this checkout")
    print(machine(), flush=True)
    for panel in panels:
        counts, districts = with_agency(pl.read_parquet(panel))
        last = max(counts["month"].to_list())
        origins = [add_months(last, -n) for n in range(given.origins, 0, -1)]
        settings = EngineSettings(horizon=1, learning_origins=given.learning)
        ours, made = cost(partial(coherent_forecasts, counts, districts, origins, settings))
        theirs, beside = cost(partial(reference, counts, origins))
        for title, own in (("stations", pl.col("district") != AGENCY), ("agency", pl.col("district") == AGENCY)):
            print(f"{panel.stem}, {title}, {given.origins} origins, one month ahead")
            print(told("chian", made, counts, own))
            print(told(REFERENCE, beside, counts, own), flush=True)
        print(f"  chian {ours}; {REFERENCE} {theirs}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
