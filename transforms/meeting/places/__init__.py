"""Places inside a station: cells of the agency's grid, which of them are defaults, and whether crimes repeat near by."""
