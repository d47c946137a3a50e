"""Rows of districts.csv held against each other: one tree, and no name that two districts answer to."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from expectations.agency.parts import UNKNOWN, AgencyError, District
from expectations.codes import shortened

ABOVE = {"station": "agency", "box": "station"}
BESIDE = ("parquet", "validation.html", "strategy.duckdb")
"""What stands beside the districts' folders in a published month."""
BEGINS = (f"{UNKNOWN}-", "as-of-")
"""How codes of districts begin that chian makes itself, and folders of earlier days."""


def folded(name: str) -> str:
    """A name as it is compared: NFC, no spaces, any case ("도산 파출소" is "도산파출소")."""
    return "".join(unicodedata.normalize("NFC", name).casefold().split())


@cache
def names_of(district: District) -> frozenset[str]:
    """Everything an export may call a district, folded."""
    return frozenset(
        folded(n) for n in (district.code, district.name, district.name_en, *district.aliases) if folded(n)
    )


def check_districts(found: Sequence[District], file: str, agency: str) -> None:
    """Hold that the districts are one tree under the agency, and that every name leads to one of them.

    Args:
        found: Districts as the file has them.
        file: Its name.
        agency: Code of the agency.

    Raises:
        AgencyError: They are not.
    """
    _codes(found, file)
    _tree(found, file, agency)
    _names(found, file)
    _tiles(found, file)


def _codes(found: Sequence[District], file: str) -> None:
    """Codes are one each, also where a file system knows no case, and none is a code of chian's own."""
    for code, times in Counter(d.code for d in found).items():
        if times > 1:
            raise AgencyError("agency_code_twice", file=file, found=code)
    seen: dict[str, str] = {}
    for d in found:
        own = d.code.casefold()
        if own in (UNKNOWN, *BESIDE) or own.startswith(BEGINS):
            raise AgencyError("agency_code_taken", file=file, found=d.code)
        if own in seen:
            raise AgencyError("agency_code_case", file=file, found=d.code, other=seen[own])
        seen[own] = d.code


def _tree(found: Sequence[District], file: str, agency: str) -> None:
    """One root without a parent, which is the agency; every other district lies under one of the level above.

    With that no chain of parents can lead back to where it began.
    """
    roots = [d for d in found if d.level == "agency"]
    if len(roots) != 1:
        raise AgencyError("agency_roots", file=file, found=len(roots))
    if roots[0].code != agency:
        raise AgencyError("agency_other_root", file=file, found=roots[0].code, wanted=agency)
    if roots[0].parent is not None:
        raise AgencyError("agency_root_parent", file=file, district=agency, found=shortened(roots[0].parent))
    levels = {d.code: d.level for d in found}
    for d in found:
        level = ABOVE.get(d.level)
        if level and levels.get(d.parent or "") != level:
            told = shortened(d.parent or "")
            raise AgencyError("agency_parent", file=file, district=d.code, found=told, level=level)


def _names(found: Sequence[District], file: str) -> None:
    """A row names one station, or the agency: of two that answer to a name one would get the other's crimes.

    Boxes are looked for within their station, so two stations may each have one of a name.
    """
    for scope in _scopes(found):
        answering: dict[str, District] = {}
        for d in scope:
            for name in sorted(names_of(d)):
                other = answering.setdefault(name, d)
                if other is not d:
                    raise AgencyError(
                        "agency_name_shared", file=file, found=shortened(name), district=other.code, other=d.code
                    )


def _scopes(found: Sequence[District]) -> Iterator[list[District]]:
    """Districts that are looked for among each other."""
    yield [d for d in found if d.level != "box"]
    boxes: dict[str | None, list[District]] = defaultdict(list)
    for d in found:
        if d.level == "box":
            boxes[d.parent].append(d)
    yield from boxes.values()


def _tiles(found: Sequence[District], file: str) -> None:
    """No two districts stand on one tile of a map: the one behind could not be seen."""
    placed: dict[tuple[str | None, tuple[int, int]], str] = {}
    for d in found:
        if d.tile is not None:
            other = placed.setdefault((d.parent, d.tile), d.code)
            if other != d.code:
                raise AgencyError(
                    "agency_tile_twice", file=file, district=other, other=d.code, x=d.tile[0], y=d.tile[1]
                )
