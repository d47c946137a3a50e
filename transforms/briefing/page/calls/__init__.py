"""The 112 calls."""
