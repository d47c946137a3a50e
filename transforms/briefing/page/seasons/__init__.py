"""The season charts."""
