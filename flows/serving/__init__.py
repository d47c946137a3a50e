"""What `chian serve` starts: Prefect's server behind a guarded door, and a worker that runs the month alone."""
