"""Columns of a table of counts that no one reads, though the numbers beside them may be only of what they say."""

import unicodedata
from collections.abc import Sequence

from expectations.layout.counts import COUNT_KINDS, looks_like
from transforms.exports.cells.districts import folded
from transforms.exports.cells.totals import is_total
from transforms.exports.counts.cells import known_types
from transforms.exports.facts import Source

_NAMED = {
    "crime_type": "범죄 범죄명 범죄유형 범죄종류 범죄구분 범죄분류 범죄대분류 범죄중분류 죄종 죄종명 죄명 죄목 유형 "
    "crime crimetype type offence offense offencetype offensetype category majortext minortext "
    "crimecategory offencegroup 罪種 罪名 手口",
    "month": "월 연월 년월 기준월 기준년월 기준연월 발생월 month yearmonth monthyear period mes monat mois 月 年月",
    "year": "년 연도 년도 기준년도 기준연도 발생년도 발생연도 year año ano jahr année 年 年度",
    "measure": "구분 지표 항목 발생검거 measure metric indicator 区分",
}
_AXES = {word: axis for axis, words in _NAMED.items() for word in words.split()}


def unread_axes(extra: Sequence[str], source: Source) -> tuple[str, ...]:
    """Those of the columns a layout leaves out that read as a crime type, month, year, measure or district.

    What the layout reads elsewhere may well stand there twice, so an axis counts only where nothing else says it. A
    header that is one crime type, district or month of several is told wherever the numbers stand side by side.
    """
    layout = source.layout
    if layout.kind not in COUNT_KINDS:
        return ()
    beside = layout.wide.axes if layout.wide else frozenset()
    said = set(layout.columns) | beside
    types = {folded(text) for text in known_types(source.agency, layout)}
    found = []
    for name in extra:
        plain = folded(unicodedata.normalize("NFKC", name))
        axis = _AXES.get(plain)
        is_one = bool(looks_like(name)) or plain in types or _is_district(name, source)
        is_axis = axis is not None and (axis not in said or (axis == "crime_type" and axis in beside))
        if is_axis or (is_one and not is_total(name)):
            found.append(name)
    return tuple(found)


def _is_district(name: str, source: Source) -> bool:
    return bool(source.layout.levels) and folded(name) in source.districts.totalled
