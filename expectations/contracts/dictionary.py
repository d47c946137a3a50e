"""The data dictionary: every contract as a page a reader can look a column up in."""

import sys
from collections.abc import Iterable

from expectations.contracts.table import Column, Layer, Table

_PUBLISHED_TEXT = """\
The stable interface: `published/strategy.duckdb` holds exactly these, each also as a view under its Korean name with
Korean column labels and words: codes are what the tables hold. Months are DATE, first of the month."""
_CORE_TEXT = "`warehouse.duckdb`, rebuilt for the as-of date of each run: one row a fact. Not an interface."
_RAW_TEXT = "`warehouse.duckdb`: what each export said, typed, with its file and row. Not an interface."
_LAYERS: tuple[tuple[Layer, str, str], ...] = (
    ("published", "Published tables", _PUBLISHED_TEXT),
    ("core", "Core tables", _CORE_TEXT),
    ("raw", "Raw tables", _RAW_TEXT),
)
_HEAD = """# Data dictionary

Made by `make dictionary` from `expectations/contracts/`; edit there, not here. Types are DuckDB's. An empty cell
(NULL) is possible only where the column says so. Columns in bold are the table's key.
"""
_COLUMNS = "| Column | Korean heading | Type | Empty | Values | Holds |\n|---|---|---|---|---|---|"
_KOREAN_HEAD = """# 자료 사전

`make dictionary`가 `expectations/contracts/`에서 만든 문서입니다. 고칠 때는 그곳을 고치십시오. 발행되는 표만 담았습니다. 형식은 DuckDB의
것이고, 빈칸(NULL)은 ‘빈칸’ 열에 ○가 있는 열에만 있을 수 있습니다. 굵은 글씨는 기본키입니다.

‘값’은 한글 뷰에 나오는 말이고 괄호 안이 표에 든 코드입니다. 죄종·신고분류·긴급도도 한글 뷰에는 기관이 쓰는 이름으로 나옵니다.
관서명이 있는 한글 뷰에는 그 옆에 `관서약칭` 열이 더 있습니다(표 `district`의 `short_name`).
"""
_KOREAN_COLUMNS = "| 열 | 한글 뷰의 열 | 형식 | 빈칸 | 값 | 내용 |\n|---|---|---|---|---|---|"


def dictionary(tables: Iterable[Table]) -> str:
    """One Markdown page: tables by layer in the order given, with grain, caveats and every column's promise."""
    listed = list(tables)
    parts = [_HEAD]
    for layer, title, text in _LAYERS:
        of_layer = [table for table in listed if table.layer == layer]
        if of_layer:
            parts += [f"## {title}\n\n{text}\n", *(_section(table) for table in of_layer)]
    return "\n".join(parts)


def korean_dictionary(tables: Iterable[Table]) -> str:
    """The same for readers of Korean, who read what is published."""
    return "\n".join([_KOREAN_HEAD, *(_korean_section(table) for table in tables if table.layer == "published")])


def bounds(column: Column, lang: str = "en") -> str:
    """The values a column may take, as a reader says it; empty where any value of its type may stand.

    In Korean as the Korean view shows them, with what stands in the table behind.
    """
    if column.words and lang == "ko":
        return ", ".join(w.ko if w.ko == w.value else f"{w.ko}({w.value})" for w in column.words)
    if column.allowed:
        return ", ".join(column.allowed)
    low, high = (None if x is None else f"{x:g}" for x in (column.minimum, column.maximum))
    if low is not None and high is not None:
        return f"{low}~{high}" if lang == "ko" else f"{low} to {high}"
    return f"≥ {low}" if low is not None else f"≤ {high}" if high is not None else ""


def _section(table: Table) -> str:
    lines = [f"### {table.name} · {table.label}\n", f"{table.grain} {table.grain_label}.\n"]
    if table.caveats:
        lines += [*(f"- {caveat.en}" for caveat in table.caveats), ""]
    return "\n".join([*lines, _COLUMNS, *(_row(column, column.name in table.key) for column in table.columns), ""])


def _korean_section(table: Table) -> str:
    lines = [f"## {table.label} · {table.name}\n", f"{table.grain_label}.\n"]
    if table.caveats:
        lines += [*(f"- {caveat.told('ko')}" for caveat in table.caveats), ""]
    rows = (_row(column, column.name in table.key, "ko") for column in table.columns)
    return "\n".join([*lines, _KOREAN_COLUMNS, *rows, ""])


def _row(column: Column, is_key: bool, lang: str = "en") -> str:
    name = f"**`{column.name}`**" if is_key else f"`{column.name}`"
    empty = {"ko": "○", "en": "yes"}[lang] if column.nullable else ""
    cells = (name, column.heading, column.type, empty, bounds(column, lang), column.told(lang))
    # A bar inside a cell would end it: |z| is a formula here, not two cells.
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    from expectations.contracts import CORE, PUBLISHED, RAW

    if sys.argv[1:] == ["ko"]:
        sys.stdout.write(korean_dictionary(PUBLISHED))
    else:
        # The table of files stands in RAW and PUBLISHED both; a page names it once.
        sys.stdout.write(dictionary(dict.fromkeys((*PUBLISHED, *CORE, *RAW))))
