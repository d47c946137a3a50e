"""Whether chian's own forecasts stand too high after a peak: real crimes, and what came in the two months after it.

    .venv/bin/python -m benchmarks.deployment.after_peaks [PANEL.parquet …] [--origins 48] [--thin 6]

A unit goes where counts are high, and a forecast that has learned from them can be too high for that reason alone. At
each origin of a backtest that area of a city is taken whose last two months stand farthest above what had been forecast
of them before, and the one farthest above the mean of the year before; what was counted in the two months after is
given over three things expected of them: the forecast, the forecast without these two months (that of the months after
moved to the level the one three months ahead had before the peak), and the peak itself. Beside it the same of all areas
and months, which holds what the forecasts miss in general. Each panel is then thinned, so that each crime is kept with
one chance in so many, for areas as small as a box. Intervals are of two standard errors of a ratio of sums, a city's
half-years taken for independent (Cochran 1977, Sampling Techniques, 2.11).
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.forecasting.backtest import PANELS
from benchmarks.measuring import machine

CHIAN = str(Path(sys.executable).with_name("chian"))
NAMES = ("gwangju_scale_london", "gwangju_scale_philadelphia")
SERIES = ("city", "district", "crime_type")
MONTHS = 2
"""Months of a peak, and months looked at after it."""
HORIZON = 3
YEAR = 12
LEAST = 5.0
"""Crimes forecast of two months below which an area is not looked at."""
EXPECTED = {"forecast": "forecast", "without the peak": "without", "the peak itself": "peak"}
ABOVE = {"above its forecast": "foreseen", "above its year before": "year"}


def thinned(panel: pl.DataFrame, one_in: int) -> pl.DataFrame:
    """The panel with each crime kept with that chance."""
    ordered = panel.sort(*SERIES, "month")
    kept = np.random.default_rng(1).binomial(ordered["count"].to_numpy().astype(np.int64), 1 / one_in)
    return ordered.with_columns(count=pl.Series(kept))


def backtested(panel: pl.DataFrame, folder: Path, origins: int) -> pl.DataFrame:
    """What `chian backtest` forecast of a panel, beside what was counted: one row per series, origin and horizon."""
    given, out = folder / "panel.parquet", folder / "backtest.parquet"
    panel.write_parquet(given)
    command = [CHIAN, "backtest", str(given), "--out", str(out), "--origins", str(origins), "--horizon", str(HORIZON)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    days = [pl.col(name).cast(pl.Date) for name in ("origin", "month")]
    made = pl.read_parquet(out).filter(pl.col("model") == "chian").with_columns(days)
    counts = panel.select(*SERIES, pl.col("month").cast(pl.Date), "count")
    return made.join(counts, on=[*SERIES, "month"]).select(*SERIES, "origin", "month", "horizon", "mean", "count")


def after(made: pl.DataFrame, panel: pl.DataFrame) -> pl.DataFrame:
    """One row per series and origin: two months' `came` and what was expected of them, the two before, and their past.

    `foreseen` is what the origin two months earlier had forecast of the peak, `year` the mean of the twelve months
    before it, each of two months.
    """
    key = [*SERIES, "origin"]
    near, far = made.filter(pl.col("horizon") <= MONTHS), made.filter(pl.col("horizon") == HORIZON)
    later = pl.col("origin").dt.offset_by(f"{MONTHS}mo")
    now = near.group_by(key).agg(
        forecast=pl.col("mean").sum(), came=pl.col("count").sum(),
        first=pl.col("mean").filter(pl.col("horizon") == 1).sum(),
    )  # fmt: skip
    before = near.group_by(key).agg(foreseen=pl.col("mean").sum(), peak=pl.col("count").sum())
    past = panel.sort(*SERIES, "month").select(
        *SERIES, origin=pl.col("month").cast(pl.Date),
        year=pl.col("count").shift(MONTHS).rolling_sum(YEAR).over(SERIES) * MONTHS / YEAR,
    )  # fmt: skip
    return (
        now.join(before.with_columns(origin=later), on=key)
        .join(far.select(*SERIES, origin=later, earlier="mean"), on=key)
        .join(past, on=key)
        .with_columns(without=pl.col("forecast") * pl.col("earlier") / pl.col("first"))
        .filter(pl.col("foreseen") >= LEAST, pl.col("year") > 0)
        .sort(key)
    )


def told(rows: pl.DataFrame, expected: str) -> tuple[float, float]:
    """What came over what was expected, less one, and two standard errors, in per cent."""
    half = pl.col("origin").dt.year() * 2 + (pl.col("origin").dt.month() - 1) // 6
    sums = rows.group_by("city", half=half, maintain_order=True).agg(pl.col("came", expected).sum())
    ratio = float(rows["came"].sum() / rows[expected].sum())
    missed = (sums["came"] - ratio * sums[expected]).to_numpy()
    return 100 * (ratio - 1), 200 * float(np.sqrt((missed**2).sum())) / float(rows[expected].sum())


def lines(rows: pl.DataFrame) -> Iterator[str]:
    """All areas and months, and those after each kind of peak."""
    for name, against in [("all", None), *ABOVE.items()]:
        of = rows
        if against:
            above = (pl.col("peak") - pl.col(against)) / pl.col(against).sqrt()
            ranked = rows.with_columns(above=above).sort("above", "district", descending=[True, False])
            of = ranked.group_by("city", "crime_type", "origin", maintain_order=True).head(1).sort(*SERIES, "origin")
        shown = "".join("   {:6.2f} ± {:4.2f} %".format(*told(of, column)) for column in EXPECTED.values())
        yield f"  {name:<22} {of.height:6,} {shown}"


def main() -> None:
    """Print, of each panel, what came over what was expected."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("panels", type=Path, nargs="*", help="else two of the size of Gwangju")
    options.add_argument("--origins", type=int, default=48)
    options.add_argument("--thin", type=int, default=6)
    chosen = options.parse_args()
    print(machine())
    for path in chosen.panels or [PANELS / f"{name}.parquet" for name in NAMES]:
        whole = pl.read_parquet(path)
        for one_in in (1, chosen.thin):
            panel = thinned(whole, one_in)
            with tempfile.TemporaryDirectory() as folder:
                rows = after(backtested(panel, Path(folder), chosen.origins), panel)
            size = f"median {panel['count'].median():g} crimes a month"
            print(f"\n{path.name}, one crime in {one_in}, {size}; came over expected, less one:", flush=True)
            print(f"  {'months after peaks':<22} {'n':>6}    " + "   ".join(f"{name:>15}" for name in EXPECTED))
            print(*lines(rows), sep="\n", flush=True)


if __name__ == "__main__":
    main()
