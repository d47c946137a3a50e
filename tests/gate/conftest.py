"""A small agency: stations 1 (boxes 11, 12), 2 (box 21) and 3, which closed at the end of 2023."""

from pathlib import Path

import pytest

from expectations.agency import Agency, load_agency

AGENCY = """
code = "toy"
name = "장난감청"
name_en = "Toy Agency"
timezone = "Asia/Seoul"
language = "ko"
crime_types = [
    { code = "theft", name = "절도", name_en = "Theft", forecast = true },
    { code = "violence", name = "폭력", name_en = "Violence", forecast = true },
]
call_groups = [{ code = "disorder", name = "질서", name_en = "Disorder" }]
urgencies = [{ code = "C1", name = "코드1", name_en = "Code 1", dispatched = true }]
[sources]
required = ["toy_crime"]
tolerance = 0.02
[sources.order]
crime = ["toy_crime", "toy_counts"]
call = ["toy_calls"]
"""
DISTRICTS = """code,name,name_en,aliases,level,parent,valid_from,valid_to
toy,장난감청,Toy Agency,,agency,,,
1,일서,First,,station,toy,,
2,이서,Second,,station,toy,,
3,삼서,Third,,station,toy,,2023-12-31
11,일일지구대,First A,,box,1,,
12,일이지구대,First B,,box,1,,
21,이일지구대,Second A,,box,2,,
"""
LAYOUT = """
name = "{name}"
kind = "{kind}"
title = "{title}"
title_en = "{title_en}"
files = ["{name}_*.csv"]
format = "csv"
[period]
covers = "month"
pattern = '(?P<year>\\d{{4}})-(?P<month>\\d{{2}})'
[columns]
station = {{ names = ["station"] }}
{columns}
"""
LAYOUTS = (
    ("toy_crime", "crime", "범죄 대장", "Crime ledger", ("month", "offence_code")),
    ("toy_counts", "crime_count", "범죄 건수표", "Crime counts", ("month", "crime_type", "incidents")),
    ("toy_calls", "call", "112 신고 목록", "112 list", ("received_at", "call_code")),
)


@pytest.fixture(scope="session")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Agency:
    folder: Path = tmp_path_factory.mktemp("toy")
    (folder / "sources").mkdir()
    (folder / "agency.toml").write_text(AGENCY, "utf-8")
    (folder / "districts.csv").write_text(DISTRICTS, "utf-8")
    for name, kind, title, title_en, columns in LAYOUTS:
        named = "\n".join(f'{column} = {{ names = ["{column}"] }}' for column in columns)
        text = LAYOUT.format(name=name, kind=kind, title=title, title_en=title_en, columns=named)
        (folder / "sources" / f"{name}.toml").write_text(text, "utf-8")
    return load_agency(folder)
