"""Persistent places: where inside the stations, and at which hours."""
