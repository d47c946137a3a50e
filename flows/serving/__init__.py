"""What `chian serve` starts: Prefect's server behind a guarded door, and a worker that runs the month alone."""

POOL = "chian"
"""Work pool that the deployments of prefect.yaml name and the worker asks for what is due."""
