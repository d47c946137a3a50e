"""Contracts of places: where inside a station, in cells of the agency's grid, and what repeats near by."""
