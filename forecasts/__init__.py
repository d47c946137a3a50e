"""Histories into distributions: models, combination, intervals and scores. Pure."""
