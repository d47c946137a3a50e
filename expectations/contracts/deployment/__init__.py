"""Contracts of deployments: where teams are planned to go, and what came of it."""
