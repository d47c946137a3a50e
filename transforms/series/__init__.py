"""Crimes that may be of one hand: which belong together, and where a series may be based; on request, never published."""
