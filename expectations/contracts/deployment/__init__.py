"""Promises about the ledger of deployments and what came of them."""
