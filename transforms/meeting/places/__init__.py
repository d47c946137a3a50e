"""Where inside a station: cells of the agency's grid, and whether a crime raises what is to be expected near it."""
