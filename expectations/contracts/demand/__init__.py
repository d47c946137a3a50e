"""Contracts of what is told of the 112 calls to come: by month, by day and hour, and the units they take."""
