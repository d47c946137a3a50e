"""The map of signals."""
