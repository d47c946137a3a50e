"""Where the pipeline touches the world: files, the clock, DuckDB, Prefect and the command line."""
