"""Contracts of what the publication says of itself: its runs, files, rejected rows, checks and example queries."""
