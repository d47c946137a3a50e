"""What an agency folder may say of places, and what of it has files read again."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.agency import Agency, AgencyError, load_agency, packaged
from flows.warehouse.received_files import reading_hash

ST_LOUIS = Path(__file__).with_name("st_louis")
NAMES = {"residents": "place_residents.csv"}
CELLS = ("x475500y4413500", "x475600y4413500", "x475700y4413500", "x475800y4413500")
Changed = Callable[..., Path]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """A copy of the St. Louis folder with text of its files exchanged, and files added."""

    def make(*exchanges: tuple[str, str, str], **added: str) -> Path:
        folder = tmp_path / f"agency{len(list(tmp_path.iterdir()))}"
        for path in (p for p in ST_LOUIS.rglob("*") if p.is_file()):
            target = folder / path.relative_to(ST_LOUIS)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(path.read_text("utf-8"), "utf-8")
        for name, old, new in exchanges:
            text = (folder / name).read_text("utf-8")
            assert old in text, name
            (folder / name).write_text(text.replace(old, new), "utf-8")
        for name, text in added.items():
            (folder / (NAMES.get(name) or f"{name}.geojson")).write_text(text, "utf-8")
        return folder

    return make


def told(folder: Path, lang: str = "en") -> str:
    with pytest.raises(AgencyError) as found:
        load_agency(folder)
    return found.value.sentence(lang)


def area(*ring: tuple[float, float], kind: str = "Polygon") -> str:
    shape = {"type": kind, "coordinates": [list(ring)]}
    return json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": shape}]})


CITY = ((-90.32, 38.53), (-90.17, 38.53), (-90.17, 38.77), (-90.32, 38.77))


def test_koreas_national_grid_is_the_usual_one() -> None:
    agency = load_agency(packaged())
    assert agency.places.grid.is_national
    assert agency.place_types == ("theft", "violence")
    assert agency.area_cells is None


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ('crs = "EPSG:4326"', "'EPSG:4326' is no projected reference system in metres"),
        ('crs = "ESRI:102696"', "'ESRI:102696' is no projected reference system in metres"),
        ('crs = "Missouri"', "'Missouri' is no reference system"),
        ("cell_metres = 50", "a cell of 50 m may be a single house"),
        ('cell_metres = 50\nfiner_because = " "', "a cell of 50 m may be a single house"),
        ("cell_metres = 0", "expected 1 or more"),
        ('crime_types = ["arson"]', "crime type 'arson' is not among crime_types (theft, violence)"),
        ('area = "../area.geojson"', "places.area: '../area.geojson' lies outside the agency folder"),
        ('area = "none.geojson"', "none.geojson: is missing"),
        ("metres = 100", "there is no such field"),
        ('crs = "EPSG:4267"', "is no projected reference system in metres"),
        ('crs = "EPSG:26715"', "points in ESRI:102696 cannot be told in EPSG:26715"),
    ],
)
def test_places_that_cannot_be_are_refused(changed: Changed, said: str, sentence: str) -> None:
    assert sentence in told(changed(("agency.toml", 'crs = "EPSG:26915"', said)))


def test_a_smaller_cell_needs_a_reason(changed: Changed) -> None:
    said = 'crs = "EPSG:26915"\ncell_metres = 50\nfiner_because = "The officer for data protection agreed."'
    assert load_agency(changed(("agency.toml", 'crs = "EPSG:26915"', said))).places.grid.cell_metres == 50


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("[points]", "[points]\nfiles = 1", "there is no such field"),
        ('crs = "ESRI:102696"\n', "", "points.crs: is missing"),
        ('"ESRI:102696"', '"feet"', "'feet' is no reference system"),
        ("[columns.x]", "[columns.longitude]", "found longitude, y"),
        ('[points]\ncrs = "ESRI:102696"\nmissing = ["0"]', "", "column x holds a point, and there is no part [points]"),
        ('[columns.x]\nnames = ["XCoord", "X-Coord"]', "", "found y"),
        ('names = ["District"]', 'names = ["District", "xcoord"]', "the point's column x cannot be read for anything"),
        ('codes = "crime"', 'codes = "crime"\nkey = ["x"]', "the point's column x cannot be read for anything else"),
        ('codes = "crime"', 'codes = "crime"\nset_aside = [{ column = "y", drop = ["0"], reason = "r" }]', "column y"),
        ("[columns.x]", '[columns.filter_x]\nnames = ["X-Coord"]\n[columns.x]', "columns.filter_x"),
    ],
)
def test_points_that_cannot_be_are_refused(changed: Changed, old: str, new: str, sentence: str) -> None:
    assert sentence in told(changed(("sources/slmpd.toml", old, new)))


def test_longitudes_are_degrees(changed: Changed) -> None:
    axes = [("sources/slmpd.toml", f"columns.{old}]", f"columns.{new}]") for old, new in
            (("x", "longitude"), ("y", "latitude"))]  # fmt: skip
    assert "longitude and latitude cannot be in 'ESRI:102696'" in told(changed(*axes))
    assert load_agency(changed(*axes, ("sources/slmpd.toml", "ESRI:102696", "EPSG:4269"))).layouts[0].axes == (
        "longitude",
        "latitude",
    )


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        (area(*CITY, kind="LineString"), "found a geometry of type 'LineString'"),
        (area((0.0, 0.0), (1.0, 0.0)), "rings of at least 3"),
        (area((-90.2, 38.6), (-90.2, 38.6), (-90.2, 38.6)), "cannot be laid on the grid (EPSG:26915)"),
        (area((-180.0, -80.0), (180.0, -80.0), (0.0, 89.0)), "cannot be laid on the grid (EPSG:26915)"),
        ('{"type": "FeatureCollection", "features": []}', "expected a GeoJSON FeatureCollection"),
    ],
)
def test_an_area_that_is_none_is_refused(changed: Changed, shape: str, sentence: str) -> None:
    said = ("agency.toml", 'crs = "EPSG:26915"', 'crs = "EPSG:26915"\narea = "city.geojson"')
    assert sentence in told(changed(said, city=shape))


def test_an_area_is_as_large_as_it_is_on_the_ground(changed: Changed) -> None:
    """Of a stretch of parallels and meridians: R² Δλ (sin φ₁ − sin φ₀) on the authalic sphere, 0.4 % off at most."""
    from math import radians, sin

    said = ("agency.toml", 'crs = "EPSG:26915"', 'crs = "EPSG:26915"\narea = "city.geojson"')
    cells = load_agency(changed(said, city=area(*CITY))).area_cells
    assert cells is not None
    true = 6371.007**2 * radians(0.15) * (sin(radians(38.77)) - sin(radians(38.53)))
    assert cells.cells.sum() / 100 == pytest.approx(true, rel=0.01)


def test_drugs_are_told_by_who_reports_them_or_have_no_place(changed: Changed) -> None:
    listed = (ST_LOUIS / "codes/crime.csv").read_text("utf-8").splitlines()
    header, first = listed[0], listed[1]
    code = first.split(",")
    drugs = (*code[:1], "Drug possession", *code[2:])
    exchanged = [("codes/crime.csv", first, ",".join(drugs))]
    assert "code" in told(changed(*exchanged))
    assert "reported_by" in told(changed(*exchanged), "ko")
    explicit = [(name, old, new + ",police") for name, old, new in exchanged]
    agency = load_agency(changed(*explicit, ("codes/crime.csv", header, header + ",reported_by")))
    assert agency.found_by_police == [("slmpd", code[0])]
    wrong = [(name, old, new + ",nobody") for name, old, new in exchanged]
    assert "expected citizen, police, or nothing" in told(
        changed(*wrong, ("codes/crime.csv", header, header + ",reported_by"))
    )


LOOKED_FOR = [
    "필로폰 투약", "향정", "대마 흡연", "코카인 밀수", "음주운전", "음주 운전", "성매매 알선", "도박개장", "사행행위",
    "마약류관리법", "NARCOTICS", "Possession of Controlled Substance", "Cocaine sale", "Marijuana <1oz",
    "Methamphetamine", "Heroin",
    "Gambling", "Prostitution", "Weapons possession", "Carrying a concealed weapon", "Possession of a firearm", "DUI",
    "D.W.I", "Driving under the influence", "Driving while intoxicated", "Drunken driving",
]  # fmt: skip
REPORTED = [
    "절도", "야간주거침입절도", "상해", "폭행", "강도", "방화", "재물손괴", "사기", "특수폭행", "자동차등불법사용",
    "Larceny", "Assault with a deadly weapon", "Burglary", "Motor vehicle theft", "Theft of a firearm",
    "Robbery with a knife", "Studio burglary",
]  # fmt: skip


@pytest.mark.parametrize("name", LOOKED_FOR)
def test_of_what_police_look_for_the_list_says_who_reports_it(changed: Changed, name: str) -> None:
    first = (ST_LOUIS / "codes/crime.csv").read_text("utf-8").splitlines()[1]
    code, _, group = first.split(",")
    assert "Write police or citizen into column reported_by" in told(
        changed(("codes/crime.csv", first, f"{code},{name},{group}"))
    )


def test_features_that_lie_over_each_other_are_one_area(changed: Changed) -> None:
    """The city drawn twice, and a part of it once more, is the city."""
    said = ("agency.toml", 'crs = "EPSG:26915"', 'crs = "EPSG:26915"\narea = "city.geojson"')
    part = ((-90.30, 38.60), (-90.20, 38.60), (-90.20, 38.70), (-90.30, 38.70))
    features = [feature for ring in (CITY, CITY, part) for feature in json.loads(area(*ring))["features"]]
    drawn = json.dumps({"type": "FeatureCollection", "features": features})
    once, thrice = (load_agency(changed(said, city=shape)).area_cells for shape in (area(*CITY), drawn))
    assert once is not None
    assert thrice is not None
    assert thrice.cells.tolist() == once.cells.tolist()


def test_of_what_victims_report_nobody_is_asked(changed: Changed) -> None:
    lines = (ST_LOUIS / "codes/crime.csv").read_text("utf-8").splitlines()
    more = "".join(f"\nx{n},{name},theft" for n, name in enumerate(REPORTED))
    load_agency(changed(("codes/crime.csv", lines[-1], lines[-1] + more)))


def without_points(agency: Agency) -> Agency:
    layout = agency.layouts[0].model_copy(update={"points": None})
    return replace(agency, layouts=(layout,))


def test_what_cells_depend_on_has_files_with_points_read_again_and_no_others(changed: Changed) -> None:
    agency = load_agency(ST_LOUIS)
    finer = load_agency(changed(("agency.toml", '"EPSG:26915"', '"EPSG:26915"\ncell_metres = 200')))
    fewer = load_agency(changed(("agency.toml", '"EPSG:26915"', '"EPSG:26915"\ncrime_types = ["theft"]')))
    bounded = ("agency.toml", '"EPSG:26915"', '"EPSG:26915"\narea = "city.geojson"')
    with_area = load_agency(changed(bounded, city=area(*CITY)))
    moved = load_agency(changed(("sources/slmpd.toml", 'missing = ["0"]', 'missing = ["1"]')))
    listed = agency.codes["crime"]
    code = min(listed)
    patrolled = replace(agency, codes={"crime": listed | {code: replace(listed[code], reported_by="police")}})
    others = [finer, fewer, with_area, patrolled]
    hashes = {reading_hash(one.layouts[0], one) for one in (agency, moved, *others)}
    assert len(hashes) == 6
    plain = {reading_hash(without_points(one).layouts[0], one) for one in (agency, *others)}
    assert len(plain) == 1


def least(said: str) -> tuple[str, str, str]:
    return "agency.toml", 'crs = "EPSG:26915"', f'crs = "EPSG:26915"\n{said}'


@pytest.mark.parametrize(
    ("said", "untold"),
    [
        ("least_residents = 10", {CELLS[0], CELLS[3]}),
        ("least_buildings = 3", {CELLS[1]}),
        ("least_residents = 10\nleast_buildings = 3", {CELLS[0], CELLS[1], CELLS[3]}),
        ("least_residents = 9", {CELLS[3]}),
    ],
)
def test_cells_where_fewer_live_are_not_told_and_those_not_given_are(
    changed: Changed, said: str, untold: set[str]
) -> None:
    rows = [f"{cell},{of}" for cell, of in zip(CELLS, ("9,3", "10,2", ",", "0,"), strict=True)]
    listed = "\n".join(["cell,residents,buildings", *rows])
    agency = load_agency(changed(least(said), residents=listed))
    assert agency.untold_cells == untold
    assert agency.hash != load_agency(changed(least(said), residents=listed + "\n")).hash
    assert load_agency(changed()).untold_cells == frozenset()


def test_a_list_without_buildings_tells_of_residents(changed: Changed) -> None:
    agency = load_agency(changed(least("least_residents = 2"), residents=f"cell,residents\n{CELLS[0]},1\n"))
    assert agency.untold_cells == {CELLS[0]}


@pytest.mark.parametrize(
    ("said", "listed", "sentence"),
    [
        ("least_residents = 0", None, "places.least_residents: found 0, expected 1 or more"),
        ("least_residents = 5", None, "least_residents is set, but nothing gives residents; fill column residents"),
        ("least_buildings = 5", "cell,residents\nx475500y4413500,3", "fill column buildings of place_residents.csv"),
        ("", "cell,residents\nx475500y4413500,3", "place_residents.csv: agency.toml [places] does not say below which"),
        ("least_residents = 5", "cell,residents\n다사540520,3",
         "place_residents.csv, row 2: '다사540520' is no cell of the agency's grid (100 m in EPSG:26915)"),
        ("least_residents = 5", "cell,residents\nx475550y4413500,3", "such as x954000y1952000"),
        ("least_residents = 5", "cell,residents\nx475500y4413500,3\nx475500y4413500,3",
         "place_residents.csv, row 3: cell x475500y4413500 already stands above"),
        ("least_residents = 5", "cell,residents\nx475500y4413500,-3", "row 2, residents: found '-3', expected a whole"),
        ("least_residents = 5", "cell,residents,buildings\nx475500y4413500,3,many", "row 2, buildings: found 'many'"),
        ("least_residents = 5", "cell,people\nx475500y4413500,3", "residents"),
    ],
)  # fmt: skip
def test_residents_that_cannot_be_are_refused(changed: Changed, said: str, listed: str | None, sentence: str) -> None:
    added = {} if listed is None else {"residents": listed}
    assert sentence in told(changed(least(said), **added))


def test_residents_have_no_file_read_again(changed: Changed) -> None:
    listed = f"cell,residents\n{CELLS[0]},1\n"
    before, after = load_agency(changed()), load_agency(changed(least("least_residents = 2"), residents=listed))
    assert reading_hash(before.layouts[0], before) == reading_hash(after.layouts[0], after)


def standing(code: str, cell: str) -> tuple[tuple[str, str, str], ...]:
    """districts.csv with one row's cell."""
    header, *rows = (ST_LOUIS / "districts.csv").read_text("utf-8").splitlines()
    of = next(row for row in rows if row.startswith(f"{code},"))
    return (("districts.csv", header, f"{header},cell"), ("districts.csv", f"\n{of}", f"\n{of},{cell}"))


def test_a_station_stands_in_the_middle_of_the_cell_it_names(changed: Changed) -> None:
    before, after = load_agency(changed()), load_agency(changed(*standing("1", CELLS[1])))
    assert (before.stations_at, after.stations_at) == ({}, {"1": (475_650.0, 4_413_550.0)})
    assert reading_hash(before.layouts[0], before) == reading_hash(after.layouts[0], after), "no file is read again"


@pytest.mark.parametrize(
    ("code", "cell", "sentence"),
    [
        ("1", "다사540520", "districts.csv, row 3: '다사540520' is no cell of the agency's grid (100 m in EPSG:26915)"),
        ("1", "x1y1", "'x1y1' is no cell of the agency's grid"),
        (
            "st_louis",
            CELLS[0],
            "districts.csv, row 2, st_louis: rounds begin at stations, so only a row of level station",
        ),
    ],
)
def test_a_station_that_stands_nowhere_is_refused(changed: Changed, code: str, cell: str, sentence: str) -> None:
    assert sentence in told(changed(*standing(code, cell)))
