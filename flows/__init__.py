"""Where the pipeline touches the world: files, the clock, DuckDB, Prefect and the command line."""

import os

# Read once, when polars is first imported. A month makes some hundred thousand small queries: with several threads each
# wakes the others for nothing, an eighth of the run's CPU, and sums of fractions could be added in an order of the
# machine's own. What is large is DuckDB's.
os.environ["POLARS_MAX_THREADS"] = "1"
