"""The outlook sheet."""
