"""Headquarters: agencies' published months as one database, read from published/ alone; no home is written to."""
