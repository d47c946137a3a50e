"""A question that names a column without its quotes, or a value that no row holds, is told what was meant."""

import duckdb
import pytest

from expectations.sentences import LANGUAGES, sentence
from flows.commands.asking.meant import names_to_quote, values_meant
from flows.commands.asking.query import query
from flows.commands.error import CommandError


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("select 관서명, 발생(건) from 월별범죄", ["발생(건)"]),
        ("select 80% 하한(건), 3년평균(건) from 전망", ["3년 평균(건)", "80% 하한(건)"]),
        ("select 확정 예상(건) from 월별범죄 order by 확정  예상(건)", ["확정 예상(건)"]),
        ('select "발생(건)" from 월별범죄', []),
        ("select '발생(건)', 관서명 from 월별범죄 -- 발생(건)", []),
        ("select '--', 발생(건) from 월별범죄 /* \"80% 하한(건) */", ["발생(건)"]),
        ("select incidents, 재발생(건) from crime_month", []),
    ],
)
def test_names_that_need_quotes_are_found_where_they_have_none(sql, names):
    assert names_to_quote(sql) == names


def test_a_name_without_quotes_is_told_with_them(home):
    for sql in ("select 발생(건) from 월별범죄", "select 관서명, 발생(건), 확정 예상(건) from 월별범죄"):
        with pytest.raises(CommandError) as told:
            query(home, sql)
        assert told.value.code == "query_quote_names"
        for lang in LANGUAGES:
            assert '"발생(건)"' in sentence(told.value.code, lang, **told.value.values)
    with pytest.raises(CommandError) as other:
        query(home, "select 발행(건) from 월별범죄")
    assert other.value.code == "query_failed"


@pytest.mark.parametrize(
    ("sql", "hint"),
    [
        ("from 월별범죄 where 관서명 = '동부'", "관서명 holds no '동부'; there are 광주경찰청, 동부경찰서"),
        ("from 월별범죄 where \"단계\" in ('경찰서', 'box') and 월 < '2000-01-01'",
         "단계 holds no 'box'; there are 경찰서, 시도청"),
        ("from crime_month c where c.LEVEL = '경찰서'", "LEVEL holds no '경찰서'; there are agency, station"),
        ("from crime_month where level = 'station' and month < '2000-01-01'", None),
        ("from crime_month where district_name <> '--' and district = 'x' -- district = 'y'",
         "district holds no 'x'; there are gj, gj-east"),
        ("select 1 where 'a' = 'b'", None),
    ],
)  # fmt: skip
def test_of_a_question_that_finds_nothing_a_value_no_row_holds_is_told(home, capsys, sql, hint):
    query(home, sql)
    said = capsys.readouterr().err.splitlines()
    assert "0 rows" in said[0]
    assert said[1:] == ([hint] if hint else [])


def test_what_a_file_of_no_row_may_have_meant_is_told_too(home, tmp_path, capsys):
    query(home, "from 월별범죄 where 죄종 = '절도'", out=tmp_path / "none.csv")
    assert capsys.readouterr().err.splitlines()[1:] == ["죄종 holds no '절도'; there are theft"]


def test_of_many_values_those_like_the_text_are_told():
    with duckdb.connect() as con:
        con.execute("CREATE TABLE district AS SELECT n || '부경찰서' AS district_name FROM range(10, 30) t (n)")
        con.execute("INSERT INTO district VALUES ('광주북부경찰서'), ('금남지구대')")
        asked = "from district where district_name = '{}'"
        told = {text: [one.values["known"] for one in values_meant(con, asked.format(text))]
                for text in ("북부", "북부서", "금남 지구대", "금남지구데", "haeundae")}  # fmt: skip
    assert told == {"북부": ["광주북부경찰서"], "북부서": ["광주북부경찰서"], "금남 지구대": ["금남지구대"],
                    "금남지구데": ["금남지구대"], "haeundae": []}  # fmt: skip
