"""Headquarters' page: one self-contained file, made from the nation's tables alone."""
