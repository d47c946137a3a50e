"""Places for maps and navigation: cells as GeoJSON, rounds as GPX and GeoJSON."""

from transforms.briefing.geography.cells import cells_geojson, cells_of_stations
from transforms.briefing.geography.routes import route_files

__all__ = ["cells_geojson", "cells_of_stations", "route_files"]
