"""Questions an analyst asks before the meeting, each with its SQL: table `example_query` and the pages in docs/."""

import sys
from dataclasses import replace

from expectations.contracts.published import PUBLISHED
from expectations.contracts.table import Example

_PAGES = {
    "ko": """# 조회 예제

`make dictionary`가 `expectations/contracts/`에서 만든 문서입니다. 고칠 때는 그곳에 있는 표의 파일을 고치십시오.
같은 질문이 발행 파일의 `example_query` 표(한글 뷰 `조회예제`)에도 들어 있습니다.

```sh
chian query "select number, title_ko from example_query"
chian query "select sql from example_query where number = 2" --format csv
```

여는 방법은 [데이터베이스 열기](opening-the-database.md), 읽는 법은 [분석담당자 안내서](analysts.md)에 있습니다.
""",
    "en": """# Example queries

Made by `make dictionary` from `expectations/contracts/`; edit the table's file there, not here. The same questions stand in
table `example_query` of the published file (Korean view `조회예제`).

```sh
chian query "select number, title_en from example_query"
chian query "select sql from example_query where number = 2" --format csv
```

How to open the file with other programs: [opening-the-database.md](opening-the-database.md).
""",
}


def examples() -> tuple[Example, ...]:
    """The questions of every published table, in the order of their numbers.

    Raises:
        ValueError: A number is missing, or stands twice.
    """
    found = sorted((one for table in PUBLISHED for one in table.examples), key=lambda one: one.number)
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the example queries are numbered {', '.join(str(one.number) for one in found)}")
    return tuple(replace(one, sql=one.sql.strip()) for one in found)


def queries_page(lang: str) -> str:
    """A Markdown page: each question, what its answer shows, and its SQL."""
    parts = [_PAGES[lang]]
    for one in examples():
        title, answer = (one.title_ko, one.answer_ko) if lang == "ko" else (one.title_en, one.answer_en)
        parts.append(f"## {one.number}. {title}\n\n{answer}\n\n```sql\n{one.sql}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(queries_page(sys.argv[1]))
