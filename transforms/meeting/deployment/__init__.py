"""Deployments of units: the ledger as it was understood, hours of patrol, and whether they worked."""
