"""Plans of the units' teams: who they are, what is expected, the plan, and what came of earlier ones."""
