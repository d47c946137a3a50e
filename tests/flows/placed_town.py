"""The town, its crimes with points: around one corner in each station, and every third theft on the same cell.

It may list a unit of two teams.
"""

from datetime import date
from pathlib import Path

from tests.flows import town
from tests.flows.places import Place, months

MONTHS = 26
CORNERS = {"동부": (954_000, 1_952_000), "서부": (950_000, 1_950_000)}
"""In metres of EPSG:5179, in the square of 다사."""
HOT = "다사540520"
POINTS = """
[points]
crs = "EPSG:5179"
"""
UNITS = """unit,shift,kind,teams,home,entered_on
1st unit,day,mobile_patrol,2,east,2022-12-01
1st unit,night,mobile_patrol,2,east,2022-12-01
"""
COLUMNS = """x = { names = ["x"] }
y = { names = ["y"] }
occurred_at = { names = ["at"], formats = ["%Y-%m-%d %H:%M"] }
"""


def write_agency(folder: Path) -> Path:
    """The town's folder, whose export names points."""
    town.write_agency(folder)
    layout = folder / "sources" / "incidents.toml"
    text = layout.read_text("utf-8").replace("[columns]\n", f"{POINTS}\n[columns]\n{COLUMNS}")
    layout.write_text(text, "utf-8")
    return folder


def list_units(folder: Path, units: str = UNITS) -> None:
    """Have the folder list units."""
    (folder / "units.csv").write_text(units, "utf-8")


def name_grid(folder: Path, settings: str) -> None:
    """Have the folder's agency.toml say so of its places."""
    agency = folder / "agency.toml"
    kept = agency.read_text("utf-8").partition("\n[places]")[0]
    agency.write_text(f"{kept}\n[places]\n{settings}\n", "utf-8")


def export(month: date, lacking: int = 0) -> tuple[str, str]:
    """A month's export: the town's, each row with a point and an hour; the first so many rows without a point."""
    name, text = town.export(month, town.usual(month), town.exported(month))
    header, *rows = text.splitlines()
    made = [f"{header},x,y,at"]
    for n, row in enumerate(rows):
        _, day, station, _, _ = row.split(",")
        x, y = CORNERS[station]
        # A third of all on the corner's cell, the others over 36 cells of 1.2 km, other ones each month.
        step = 0 if n % 3 == 0 else 1 + (7 * n + 5 * month.month) % 35
        at = f"{x + 200 * (step % 6) + 37}.25,{y + 200 * (step // 6) + 81}.5" if n >= lacking else ","
        made.append(f"{row},{at},{day} {n % 24:02d}:30")
    return name, "\n".join(made) + "\n"


def build(root: Path) -> Place:
    """A place with all its months in the inbox."""
    place = Place(root / "home", write_agency(root / "agency"), root / "inbox")
    place.inbox.mkdir(parents=True)
    for month in months(town.FIRST, MONTHS):
        name, text = export(month, lacking=2)
        (place.inbox / name).write_text(text, "utf-8")
    return place
