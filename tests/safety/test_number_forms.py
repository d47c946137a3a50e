"""Numbers of people in every form they are written, and what looks like one and is none."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.people.numbers import FORMS, _compiled, found_in, numbers_in, plain

PEOPLE = {
    "middle dots": ["010·1234·5678", "010・1234・5678", "010ㆍ1234ㆍ5678", "062·223·4567", "900101·1234567"],
    "no-break space": [
        "010\u00a01234\u00a05678",
        "062\u00a0223\u00a04567",
        "900101\u00a01234567",
        "010\u30001234\u30005678",
    ],
    "zero width": [
        "010\u200b1234\u200b5678",
        "0\u200b1\u200b0\u200b-1234-5678",
        "9001\u200d01-1234567",
        "010-12\u00ad34-5678",
        "010\u20601234\ufeff5678",
        "900101-12\u202e34567",
    ],
    "full width": [
        "０１０－１２３４－５６７８",
        "０１０１２３４５６７８",
        "９００１０１－１２３４５６７",
        "０６２）２２３－４５６７",
    ],
    "other digits": ["٠١٠-١٢٣٤-٥٦٧٨", "⓪①⓪-①②③④-⑤⑥⑦⑧", "𝟎𝟏𝟎-𝟏𝟐𝟑𝟒-𝟓𝟔𝟕𝟖"],
    "slashes": ["010/1234/5678", "02/312/4567", "062/223/4567", "900101/1234567", "010／1234／5678", "010\\1234\\5678"],
    "other signs": [
        "010_1234_5678",
        "010~1234~5678",
        "010,1234,5678",
        "010 - 1234 - 5678",
        "010|1234|5678",
        "010—1234—5678",
        "010‐1234‑5678",
        "010\t1234\n5678",
        "(010)1234-5678",
        "[062] 223-4567",
        "010)1234.5678",
        "010:1234:5678",
    ],
    "one sign": ["010-12345678", "0101234-5678", "062-2234567", "02-3124567", "062)2234567"],
    "from abroad": [
        "82-10-1234-5678",
        "82 10 1234 5678",
        "+82-10-1234-5678",
        "+82 (0)10-1234-5678",
        "0082-10-1234-5678",
        "+82-62-223-4567",
        "82-2-312-4567",
        "＋８２－１０－１２３４－５６７８",
        "821012345678",
        "82·10·1234·5678",
        "82/10/1234/5678",
        "+82 1012345678",
        "001-82-10-1234-5678",
        "82-010-1234-5678",
    ],
    "whole country": [
        "1588-1234",
        "1588 1234",
        "１５８８－１２３４",
        "1577·0000",
        "1544-9999",
        "1600-8282",
        "1899-1234",
        "문의:1588-1234",
    ],
    "other prefixes": [
        "070-1234-5678",
        "0505-123-4567",
        "050-1234-5678",
        "080-123-4567",
        "031-223-4567",
        "016-223-4567",
    ],
    "masked resident": [
        "900101-1******",
        "900101-2XXXXXX",
        "900101-1●●●●●●",
        "900101-1○○○○○○",
        "900101-1＊＊＊＊＊＊",
        "900101-*******",
        "9001**-1******",
        "90****-1234567",
        "900101-123****",
        "900101 1******",
        "900101·1******",
        "9001011******",
        "900101-1xxxxxx",
        "010203-3OOOOOO",
        "(900101-1******)",
        "900101-1***",
    ],
    "masked mobile": ["010-****-5678", "010-1234-****", "010-12**-56**", "010·****·5678", "０１０－＊＊＊＊－５６７８"],
    "resident": [
        "900101-1234567",
        "90 01 01-1 234 567",
        "900101 - 1234567",
        "900101–1234567",
        "900101~1234567",
        "010203-3456789",
        "900101_1234567",
        "900101(1234567)",
        "800101.1234560",
        "8001011234560",
        "900101\u200b-\u200b1234567",
    ],
    "beside text": ["홍길동010-1234-5678", "동부서(062-223-4567)", "112신고 010.1234.5678 요", "a010-1234-5678b"],
}
NOBODY = {
    "case numbers": [
        "2024-001234",
        "2024형제12345",
        "112-2024-00012345",
        "2024-0305-1234",
        "제2024-001234호",
        "02-20240305",
        "02-20240001",
        "2024-02-1234-5678",
        "02/2024/1234",
        "20240305-0001234",
        "2024-062-123-4567",
        "2024-01012345678",
        "2024고단1234",
        "A-0101-2345",
        "CC-24-0001",
        "202403-1",
        "240305-1",
        "2024-112-0001234",
        "1588-12345",
        "21588-1234",
    ],
    "112 receipts": [
        "20240305001234",
        "2024030500012345",
        "240305-0001234",
        "112-20240305-000123",
        "R20240305001234",
        "0305001234",
    ],
    "epoch times": [
        "1709251200",
        "1709251200000",
        "1709251200.123456",
        "1709251200,123",
        "0170925120000",
        "16094592000000",
    ],
    "coordinates": [
        "37.5665, 126.9780",
        "126.9101234",
        "35.01012345678",
        "127.010123,37.566535",
        "190512.1234567",
        "200101.5234567",
        "953901.1234567",
        "35.1595454 126.8526012",
        "POINT(126.8526 35.1595)",
        "35.0101234567,126.0161234567",
        "1588.1234",
    ],
    "days and times": [
        "2024-03-05 12:30:00",
        "20240305123000",
        "2024.03.05. 12:30",
        "05/03/2024 01:02:03",
        "2024-03-05T12:30:00.000123+09:00",
        "2024-01-01~2024-12-31",
        "01:02:03.123456",
        "1600-1800",
        "1800-2000",
        "1600 1730",
        "2024/01/01 00:00",
        "01/12/2024 10:11:12",
        "03.04.2024",
    ],
    "amounts": [
        "1,010,123,456",
        "₩1,588,123",
        "10,101,234,567원",
        "1588",
        "0.0101234567",
        "1 588 123",
        "-82.10",
        "82,101,234,567",
    ],
    "codes": [
        "C1",
        "010",
        "0100",
        "10110",
        "062",
        "000001",
        "1100000000",
        "0" * 14,
        "0123456789012345",
        "3-1234-5678",
        "82",
        "82-10",
    ],
    "identifiers of machines": [
        "192.168.010.001",
        "00:1b:44:11:3a:b7",
        "550e8400-e29b-41d4-a716-446655440000",
        "v1.0.1-2024",
    ],
    "no day of birth": [
        "901301-1234567",
        "900231-1234567",
        "901301-1******",
        "800101-9234567",
        "8001011234564",
        "800101.1234564",
    ],
    "hidden whole": ["010-****-****", "******-*******", "XXXXXX-XXXXXXX", "***", "○○동"],
    "names": ["우산지구대", "동부경찰서", "절도", "서구 치평동 1234-5", "상무대로 1588번길 12-34", "", " "],
}


def _flat(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(kind, text) for kind, texts in table.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), _flat(PEOPLE))
def test_a_number_is_known_in_every_form(kind: str, text: str) -> None:
    assert numbers_in(pl.Series(["동부", text, None])) == [text], kind


@pytest.mark.parametrize(("kind", "text"), _flat(NOBODY))
def test_what_is_no_number_of_a_person_is_left_alone(kind: str, text: str) -> None:
    assert numbers_in(pl.Series([text])) == [], kind


def test_every_form_has_an_example() -> None:
    texts = [plain(text) for _, text in _flat(PEOPLE)]
    for form, expression in _compiled():
        assert any(expression.search(text) for text in texts), form.name
    assert len({form.name for form in FORMS}) == len(FORMS)


@settings(max_examples=300, deadline=None)
@given(
    groups=st.sampled_from(
        [("010", "2345", "6789"), ("062", "223", "4567"), ("900101", "1234567"), ("82", "10", "2345", "6789")]
    ),
    sign=st.sampled_from([*list("-–—‐‑−·・ㆍ ⁄/_~"), "\xa0", "\u2003", "\u3000", "－", " - ", "\u200b-\u200b", "／"]),
    wide=st.booleans(),
    unseen=st.sampled_from(["", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u0300", "\0"]),
    before=st.sampled_from(["", "홍", "tel ", "(", "동부 "]),
    behind=st.sampled_from(["", ")", " 요", "호"]),
)
def test_no_way_to_write_the_signs_hides_a_number(
    groups: tuple[str, ...], sign: str, wide: bool, unseen: str, before: str, behind: str
) -> None:
    digits = [unseen.join(group) for group in groups]
    text = before + sign.join(digits) + behind
    if wide:
        text = text.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert numbers_in(pl.Series([text])) == [text]


@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.sampled_from("0123456789-–. /·*xX○+()8290101５\u200b\u00a0가a") | st.characters(exclude_categories=["Cs"]),
        max_size=40,
    )
)
def test_a_column_is_looked_through_as_a_text_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert bool(numbers_in(pl.Series([text]))) == any(found_in(plain(text)))


def test_identifiers_and_moments_may_be_written_like_a_number() -> None:
    for text in ("01012345678", "8001011234560", "1588-1234", "821012345678"):
        assert numbers_in(pl.Series([text]), "identifiers") == []
    assert numbers_in(pl.Series(["8001011234560"]), "moments") == []
    assert numbers_in(pl.Series(["01012345678"]), "moments") == ["01012345678"]
    for text in ("010-1234-5678", "900101-1******", "82-10-1234-5678"):
        assert numbers_in(pl.Series([text]), "identifiers") == [text]
        assert numbers_in(pl.Series([text]), "moments") == [text]
