"""Contracts of what the meeting decides from: forecasts, the outlook with its signals, measures and opinions."""
