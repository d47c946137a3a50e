"""Words by which tables name a total, in Korean and the languages of other published tables."""

import re
import unicodedata

import polars as pl

_SUMS = (
    "계, 합, 총, 총건, 합계, 총계, 소계, 누계, 총합계, 총합, 총수, 총건수, 전체, 전체합계, 전체계, 전국계",
    "전국합계, 합산, 총누계, 合計, 合计, 总计, 總計, 総計, 総数, 总数, 總數, 合計数, 小計, 小计, 累計, 累计",
    "計, 计, 総合計, 府計, 県計, 都計, 道計, 市計, 署計, 全國合計, 全国計, 共計, 共计, 合共, 总和, 總和",
    "total, totals, grand total, sub total, subtotals, overall total, all, sum, sum total, total sum",
    "city total, national total, nation total, force total, district total, station total, region total",
    "running total, cumulative total, year to date total, total general, total geral, total général",
    "total generale, total parcial, total nacional, total estatal, total estado, total do estado",
    "total del estado, sous total, totale, totale generale, totale complessivo, totales, totais, totaux, suma",
    "suma total, soma, somme, sumatoria, gesamt, gesamtsumme, gesamtzahl, gesamtergebnis, insgesamt, summe",
    "summen, zwischensumme, teilsumme, endsumme, summa, totaal, subtotaal, algemeen totaal, eindtotaal",
    "totalt, i alt, sammanlagt, yhteensä, kokku, kopā, iš viso, razem, ogółem, łącznie, celkem, spolu",
    "összesen, mindösszesen, ukupno, skupaj, общо, всего, итого, усього, разом, σύνολο, γενικό σύνολο, toplam",
    "genel toplam, ara toplam, jumlah, jumlah keseluruhan, kabuuan, tổng, tổng cộng, tổng số, cộng, รวม",
    "รวมทั้งหมด, รวมทั้งสิ้น, ยอดรวม, ทั้งหมด, Σ, المجموع, الإجمالي, סך הכל, סהכ, कुल, योग, कुल योग",
)
"""Words that mean a sum and nothing else, wherever they stand."""
_SCOPES = (
    "전국, 전관서, 전 경찰서, 전체 관서, 全国, 全國, 全体, 全體, 全署, 全市, 全県, 全道, overall, citywide",
    "city wide, statewide, countywide, countrywide, nationwide, force wide, forcewide, all districts",
    "all stations, all boroughs, all areas, all precincts, all beats, all divisions, all sectors, all units",
    "all regions, all wards, all offences, all offenses, all crimes, all crime, all types, all categories",
    "all incidents, total offences, total offenses, total crimes, total crime, total incidents",
    "total recorded crime, ensemble, complessivo, zusammen, todos, todas, toda la ciudad, todos los distritos",
    "todos os distritos, tous, toutes, alle, alle bezirke, tutti, 총범죄, 전체범죄, 全罪種, 刑法犯総数",
)
"""Words for everything there is: among counts a total, but an incident may be booked for the whole city."""
_ENDINGS = ("합계", "총계", "소계", "누계", "合計", "合计", "総計", "總計", "总计", "小計", "小计")
_OUTER = frozenset({
    "total", "totals", "subtotal", "totale", "totaal", "gesamt", "insgesamt", "summe", "toplam", "итого", "всего",
    "계", "計", "计",
})  # fmt: skip
"""Words that make a total of what stands beside them, first or last."""
_BRACKETS = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>|\{[^{}]*\}|〔[^〔〕]*〕|【[^【】]*】|〈[^〈〉]*〉|《[^《》]*》|「[^「」]*」"
)


def folded(text: str) -> str:
    """A text as totals are compared: its letters, whatever their width, case, accents, spaces, marks and units.

    "합  계(건)" is "합계", "TOTAL*" and "Ｔｏｔａｌ：" are "total", "[소계]" is "소계".
    """
    plain = unicodedata.normalize("NFKC", text).replace("∑", "Σ")
    bare = _plain_letters(_BRACKETS.sub(" ", plain))
    return bare or _plain_letters(plain)


def _plain_letters(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in apart if c.isalpha()))


def _read(lines: tuple[str, ...]) -> frozenset[str]:
    return frozenset(folded(word) for line in lines for word in line.split(","))


SUMS = _read(_SUMS)
TOTALS = SUMS | _read(_SCOPES)


def is_total(text: str) -> bool:
    """Whether a text of a table of counts that names nothing known reads as a total: "Total do Estado"."""
    if folded(text) in TOTALS or folded(text).endswith(_ENDINGS):
        return True
    bare = _BRACKETS.sub(" ", unicodedata.normalize("NFKC", text))
    words = [word for word in (_plain_letters(part) for part in re.split(r"[\s\-_/:.,*]+", bare)) if word]
    return bool(words) and bool(_OUTER & {words[0], words[-1]})


def total_words(texts: pl.Series) -> pl.Series:
    """Those of some texts that mean a sum and nothing else, as they do among incidents, too."""
    return pl.Series([text for text in texts.drop_nulls() if folded(text) in SUMS], dtype=pl.String)
