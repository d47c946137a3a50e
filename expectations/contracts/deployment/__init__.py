"""Contracts of deployments: what is known of areas, where teams are planned to go, what deployments did."""
