"""Contracts of 112 calls by the hour and of the units they take."""
