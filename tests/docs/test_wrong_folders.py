"""A slip in a file of the worked example is refused with a sentence that names the file and what is wrong."""

from pathlib import Path

import pytest

from expectations.agency import AgencyError, load_agency
from tests.docs.pages import blocks, page

SLIPS = [
    ("breaks.csv", "crime.violence", "crime.violense", "breaks.csv.*'crime.violense', expected"),
    ("breaks.csv", "2023-06-01,", ",", "breaks.csv, row 2, from: empty"),
    ("codes/offences.csv", "0331", "0329", "codes/offences.csv, row 3, code: '0329' stands twice"),
    ("districts.csv", "hanbit,한빛경찰청,", "habit,한빛경찰청,", "districts.csv: the row of level agency is 'habit'"),
    ("districts.csv", ",station,hanbit,,", ",staton,hanbit,,", "districts.csv, row 3, level: found 'staton'"),
    ("districts.csv", ",station,hanbit,,", ",station,hanbit,2024,", "districts.csv, row 3, valid_from: found '2024'"),
    ("agency.toml", "Asia/Seoul", "Asia/Soul", "agency.toml: timezone: .*'Asia/Soul' is no time zone"),
    ("agency.toml", 'language = "ko"', 'languag = "ko"', "agency.toml: languag"),
    ("agency.toml", 'required = ["incidents"]', 'required = ["incident"]', "source 'incident' has no file in sources/"),
    ("sources/counts.toml", '"year"', '"yeer"', "counts.toml: period.covers"),
    ("sources/counts.toml", r"(?P<year>\d{4})_'", r"(?P<year>\d{4}_'", "period.pattern: .*no regular expression"),
    ("sources/counts.toml", '"violence"', '"assault"', "source counts: 'assault' is no crime type"),
    ("sources/incidents.toml", '"offences"', '"offence"', "source incidents: codes/offence.csv is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "right", "wrong", "told"), SLIPS)
def test_a_slip_is_told(tmp_path: Path, name: str, right: str, wrong: str, told: str) -> None:
    for block in blocks(page("docs/onboarding.md")):
        if block.name is not None and block.name.startswith("hanbit/"):
            path = tmp_path / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")
    slipped = tmp_path / "hanbit" / name
    text = slipped.read_text("utf-8")
    assert right in text
    slipped.write_text(text.replace(right, wrong, 1), "utf-8")
    with pytest.raises(AgencyError, match=told):
        load_agency(tmp_path / "hanbit")
