"""Places inside a station: which cells there are, what is expected in them, where crime stays or repeats near by."""
