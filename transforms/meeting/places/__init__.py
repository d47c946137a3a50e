"""Where inside a station: the study area and its cells, what is counted there, and whether crimes repeat near by."""
