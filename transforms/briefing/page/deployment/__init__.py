"""Whether deployments worked, and where the teams are planned to go next month."""
