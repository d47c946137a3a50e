"""Quarters, half-years and years: what was counted, whether it differs by more than chance, what they come to."""
