"""Places inside a station: which cells there are, what is expected in them, and where crime stays or repeats near by."""
