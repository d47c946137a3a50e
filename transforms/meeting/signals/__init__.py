"""Whether a month differs by more than chance, how likely that is seen, and which months may be compared."""
