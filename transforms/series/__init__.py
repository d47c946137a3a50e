"""Crimes that may be of one hand: which belong together, where a series may be based; asked for, never published."""
