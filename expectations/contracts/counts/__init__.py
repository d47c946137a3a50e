"""Contracts of what is counted: crimes and 112 calls by month, year and hour, and how counts changed."""
