"""Places as numbers: reference systems, an agency's grid and its cells, and areas drawn on it."""
