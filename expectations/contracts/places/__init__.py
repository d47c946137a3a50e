"""Contracts of what is told of places inside a station: cells of the agency's grid, sparse, and no level of district."""
