"""Places inside a station: which cells there are, which are mere defaults, and whether crimes repeat near by."""
