"""Where inside a station: cells of the agency's grid, what is expected in them, and where crime stays or repeats."""
