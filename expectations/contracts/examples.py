"""Questions an analyst asks before the meeting, each with its SQL: table `example_query` and the pages in docs/."""

import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Example:
    """One question.

    Attributes:
        number: Its number, 1 first.
        title_ko: The question in Korean.
        title_en: The question in English.
        answer_ko: What the answer shows and how to read it, in Korean.
        answer_en: The same in English.
        sql: A single SELECT, ordered, so that equal publications give equal answers.
    """

    number: int
    title_ko: str
    title_en: str
    answer_ko: str
    answer_en: str
    sql: str


_PAGES = {
    "ko": """# 조회 예제

`make dictionary`가 `expectations/contracts/example_query.toml`에서 만든 문서입니다. 고칠 때는 그 파일을 고치십시오.
같은 질문이 발행 파일의 `example_query` 표(한글 뷰 `조회예제`)에도 들어 있습니다.

```sh
chian query "select number, title_ko from example_query"
chian query "select sql from example_query where number = 2" --format csv
```

여는 방법은 [데이터베이스 열기](opening-the-database.md), 읽는 법은 [분석담당자 안내서](analysts.md)에 있습니다.
""",
    "en": """# Example queries

Made by `make dictionary` from `expectations/contracts/example_query.toml`; edit there, not here. The same questions stand in
table `example_query` of the published file (Korean view `조회예제`).

```sh
chian query "select number, title_en from example_query"
chian query "select sql from example_query where number = 2" --format csv
```

How to open the file with other programs: [opening-the-database.md](opening-the-database.md).
""",
}


@cache
def examples() -> tuple[Example, ...]:
    """The questions in order, numbered as they stand in the file."""
    text = (files("expectations.contracts") / "example_query.toml").read_text("utf-8")
    given = tomllib.loads(text)["question"]
    return tuple(
        Example(number, **{**question, "sql": question["sql"].strip()}) for number, question in enumerate(given, 1)
    )


def queries_page(lang: str) -> str:
    """A Markdown page: each question, what its answer shows, and its SQL."""
    parts = [_PAGES[lang]]
    for one in examples():
        title, answer = (one.title_ko, one.answer_ko) if lang == "ko" else (one.title_en, one.answer_en)
        parts.append(f"## {one.number}. {title}\n\n{answer}\n\n```sql\n{one.sql}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(queries_page(sys.argv[1]))
