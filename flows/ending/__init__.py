"""How a run and a command end: what is said of what was published, what stopped it, and the exit status."""
