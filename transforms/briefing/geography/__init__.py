"""Places for maps and navigation: cells as GeoJSON, rounds as GPX and GeoJSON."""

from transforms.briefing.geography.cells import cells_geojson
from transforms.briefing.geography.routes import route_files

__all__ = ["cells_geojson", "route_files"]
