"""How often the total of three months lies in its interval: rolling quarters of panels, as `outlook_quarter` has them.

Forecasts are `chian backtest`'s; at each of the last origins the correlation of errors is learned from what was known
by then (`transforms.meeting.spans`). Beside it stand the bounds that months have where their errors are taken for
independent, and where they are simply added.

    .venv/bin/python -m benchmarks.forecasting.quarters [PANEL.parquet …] [--origins 48] [--scored 24]
"""

import argparse
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.forecasting.backtest import PANELS, PEERS
from benchmarks.measuring import machine
from transforms.meeting.spans.interval import dependence, sum_interval
from transforms.meeting.spans.total import HALF_WIDTHS

CHIAN = str(Path(sys.executable).with_name("chian"))
MONTHS = 3
LEVEL = "series"
KEY = ["origin_month", "district", "crime_type"]


def rolled(panel: Path, folder: Path, origins: int) -> pl.DataFrame:
    """The backtest's forecasts of a panel beside what was counted, in the columns of the published tables."""
    out = folder / panel.name
    command = [CHIAN, "backtest", str(panel), "--out", str(out), "--origins", str(origins), "--horizon", str(MONTHS)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    made = pl.read_parquet(out).filter(pl.col("model") == "chian").rename({"origin": "origin_month"})
    counts = pl.read_parquet(panel).select("district", "crime_type", pl.col("month").cast(pl.Date), observed="count")
    days = [pl.col(name).cast(pl.Date) for name in ("origin_month", "month")]
    return (
        made.with_columns(days).join(counts, on=["district", "crime_type", "month"]).with_columns(level=pl.lit(LEVEL))
    )


def held(rows: pl.DataFrame, origin: date, correlation: float) -> list[tuple[bool, ...]]:
    """Of every series at an origin, whether its three months' total lies in each interval."""
    found = []
    for part in rows.filter(origin_month=origin).sort(*KEY, "month").partition_by(KEY, maintain_order=True):
        if part.height < MONTHS:
            continue
        mean, total = part["mean"].to_numpy(), float(part["observed"].sum())
        bounds = (
            sum_interval(mean, part[f"lower_{level}"].to_numpy(), part[f"upper_{level}"].to_numpy(), correlation)
            for level in HALF_WIDTHS
        )
        found.append(tuple(lower <= total <= upper for lower, upper in bounds))
    return found


def shares(found: list[tuple[bool, ...]]) -> str:
    """Of each interval, the share of totals in it."""
    return " ".join(f"{sum(column) / len(found):.3f}" for column in zip(*found, strict=True))


def main() -> int:
    """Print the shares by panel."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("panels", type=Path, nargs="*", help="else every panel of ../shared with stored peers")
    parser.add_argument("--origins", type=int, default=48)
    parser.add_argument("--scored", type=int, default=24)
    given = parser.parse_args()
    panels = given.panels or [PANELS / path.name for path in sorted(PEERS.glob("*.parquet"))]
    if not panels:
        parser.error("no panel given, and no ../shared/data/peers beside this checkout")
    print(machine())
    print("totals of three months in their 50, 80 and 95 % intervals, the mean correlation; independent; added up")
    with tempfile.TemporaryDirectory() as folder:
        for panel in panels:
            rows = rolled(panel, Path(folder), given.origins)
            learned, apart, added, used = [], [], [], []
            for origin in sorted(rows["origin_month"].unique())[-given.scored :]:
                known = rows.filter(pl.col("month") <= origin)
                correlation = dependence(known, rows).get(LEVEL, 1.0)
                used.append(correlation)
                learned += held(rows, origin, correlation)
                apart += held(rows, origin, 0.0)
                added += held(rows, origin, 1.0)
            mean = sum(used) / len(used)
            print(f"{panel.stem}: {shares(learned)}, {mean:.2f}; {shares(apart)}; {shares(added)}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
