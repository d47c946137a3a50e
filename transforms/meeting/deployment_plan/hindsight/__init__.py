"""What came of a plan: crimes by area and shift, and what the ledger says of where units were."""
