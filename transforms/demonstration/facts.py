"""Published facts the demonstration exports are calibrated to, each with its source; what was assumed says so.

Sources: [5C] 자치구별 5대 범죄 현황 of the Gwangju police, 2015–2017 and 2021 (data.go.kr); [WP] 범죄통계원표 by
recording station, 2019; [SPO] 대검찰청 범죄발생지 2018 and 범죄발생월 2017; [KOSIS] 경찰청 범죄통계, Gwangju and
national, 2011–2022; [NM] national monthly counts 2017–2019 (2017 from [SPO]); [P23] Gwangju's 2023 as printed by
KBC, 2024-12-22.
"""

STATIONS = ("dongbu", "seobu", "nambu", "bukbu", "gwangsan")
STATION_NAMES = {
    "dongbu": "광주동부경찰서", "seobu": "광주서부경찰서", "nambu": "광주남부경찰서", "bukbu": "광주북부경찰서",
    "gwangsan": "광주광산경찰서",
}  # fmt: skip
CRIME_TYPES = ("murder", "robbery", "sexual_violence", "theft", "violence")

STATION_YEARS: dict[str, dict[int, tuple[int, int, int, int, int]]] = {
    "theft": {
        2015: (1100, 2050, 962, 2570, 1743),  # [5C]
        2016: (832, 1417, 768, 1788, 1247),  # [5C]
        2017: (624, 1142, 577, 1546, 927),  # [5C]
        2018: (602, 1161, 608, 1429, 1060),  # [SPO], by district of occurrence
        2019: (597, 1189, 609, 1438, 1078),  # [WP]
        2021: (494, 1106, 636, 1465, 1184),  # [5C]
        # [P23]: 6,007 in all; 북부 145, 광산 143, 서부 97 a month, 동부 and 남부 together 115, split as in 2021.
        2023: (604, 1165, 778, 1742, 1718),
    },
    "violence": {
        2015: (1155, 2483, 1081, 2621, 2253),  # [5C]
        2016: (1142, 2288, 1028, 2142, 1999),  # [5C]
        2017: (1090, 2293, 898, 2176, 1909),  # [5C]
        2019: (974, 2259, 1012, 2327, 2115),  # [WP]
        2021: (677, 1366, 839, 2087, 1631),  # [5C]
    },
    "sexual_violence": {
        2015: (92, 172, 70, 256, 160), 2016: (83, 174, 64, 205, 175), 2017: (77, 196, 68, 215, 169),
        2021: (66, 142, 62, 146, 125),
    },
    # [5C] here, above and below.
    "robbery": {2015: (5, 10, 3, 14, 12), 2016: (8, 11, 4, 7, 17), 2017: (5, 7, 4, 5, 12), 2021: (1, 3, 1, 3, 5)},
    "murder": {2015: (3, 5, 1, 5, 4), 2016: (3, 2, 1, 6, 5), 2017: (3, 0, 0, 3, 3), 2021: (2, 4, 0, 2, 1)},
}  # fmt: skip
"""Occurrences by station in the order of STATIONS."""

CITY_YEARS: dict[str, dict[int, int]] = {
    "theft": {2014: 10361, 2020: 4939, 2022: 5204},
    "violence": {2014: 10185, 2018: 8266, 2020: 7360, 2022: 6302, 2023: 6497},  # 2023: [P23]
    "sexual_violence": {2014: 837, 2018: 720, 2019: 668, 2020: 579, 2022: 583},
    "robbery": {2014: 53, 2018: 27, 2019: 27, 2020: 24, 2022: 10},
    "murder": {2014: 19, 2018: 18, 2019: 16, 2020: 10, 2022: 3},
}
"""[KOSIS] Occurrences in Gwangju in years no station table is known for; years after the last known repeat it."""

NATIONAL_MONTHS: dict[str, tuple[tuple[int, ...], ...]] = {
    "theft": (
        (14465, 12829, 15376, 15402, 17096, 17061, 16760, 16698, 16664, 15851, 13494, 12659),
        (13280, 12504, 14733, 14781, 15988, 15744, 16140, 16327, 16091, 15122, 13568, 13180),
        (14492, 13303, 15910, 15305, 17333, 16937, 16777, 17128, 16487, 16487, 14420, 13050),
    ),  # [NM] 절도
    "violence": (
        (13068, 11636, 13768, 13714, 14545, 14652, 15178, 15452, 15380, 14419, 11975, 11711),
        (12186, 12087, 13841, 13973, 14117, 14362, 14339, 14824, 15256, 13286, 12386, 13843),
        (12043, 10893, 13136, 13322, 14572, 15285, 15180, 14876, 14745, 13904, 11864, 12095),
    ),  # [NM] 폭행
    "sexual_violence": ((1951, 1937, 2699, 2887, 3307, 3458, 3572, 3580, 3217, 2531, 1887, 1798),),  # [SPO] 성폭력
    "robbery": ((81, 88, 87, 78, 95, 92, 83, 78, 74, 91, 75, 68),),  # [SPO] 강도
    "murder": ((68, 62, 71, 77, 77, 83, 79, 81, 74, 62, 60, 64),),  # [SPO] 살인
}
"""National counts of January to December, one row a year."""

HOUR_BANDS: dict[str, tuple[int, ...]] = {
    "theft": (13088, 14167, 13094, 21501, 27167, 28553, 27229, 20568),
    "violence": (31290, 26880, 17572, 23112, 23919, 28939, 39618, 57944),
}
"""[KOSIS] National 2019, crimes by three hours from midnight (절도, 폭력범죄); other types follow violence."""

UNKNOWN_HOUR = {"theft": 0.122, "violence": 0.134}
"""[KOSIS] Share of 2019's crimes whose hour is unknown (미상)."""

WEEKDAYS: dict[str, tuple[int, ...]] = {
    "theft": (26239, 25671, 26061, 26098, 28156, 29266, 25466),  # 절도
    "violence": (19966, 20766, 20981, 21080, 22045, 26494, 25865),  # 폭행
}
"""[KOSIS] National 2019, crimes by weekday, Monday first; other types follow violence."""

OFFENCES: dict[str, tuple[tuple[str, str, float], ...]] = {
    "murder": (("CA0250", "살인", 0.6), ("CA0254", "살인 미수", 0.4)),
    "robbery": (("CA0333", "강도", 0.5), ("CA0334", "특수강도", 0.3), ("CA0337", "강도상해·치상", 0.2)),
    "sexual_violence": (("CA0297", "강간", 0.28), ("CA02972", "유사강간", 0.04), ("CA0298", "강제추행", 0.68)),
    "theft": (
        ("CA0329", "절도", 0.56), ("CA0329B", "절도(주거·상가 침입)", 0.07), ("CA0329V", "절도(차량·오토바이)", 0.16),
        ("CA0329U", "절도(무인점포)", 0.07), ("CA0330", "야간주거침입절도", 0.03), ("CA0331", "특수절도", 0.11),
    ),
    "violence": (
        ("CA0260", "폭행", 0.6), ("CA0257", "상해", 0.117), ("CA0276", "체포·감금", 0.006),
        ("CA0283", "협박", 0.062),
        ("PV0002", "폭력행위 등 처벌에 관한 법률 위반", 0.029), ("CA0350", "공갈", 0.013),
        ("CA0366", "재물손괴", 0.173),
    ),
}  # fmt: skip
"""Offence, name and share; violence and sexual violence as in Gwangju 2019 [KOSIS], the split of theft is assumed."""

CLEARED = {"murder": 0.95, "robbery": 0.97, "sexual_violence": 0.9, "theft": 0.66, "violence": 0.88}
"""Share cleared: theft and violence as in 2021 [5C], the others about so."""

DISPERSION = 1.6
"""Variance of a month's count over its mean, given its expectation: the middle of what comparable cities show."""

BOXES: dict[str, tuple[tuple[str, float], ...]] = {
    "dongbu": (("금남지구대", 3), ("학서파출소", 1.5), ("산수파출소", 1.5), ("지원파출소", 1.5), ("지산파출소", 1)),
    "seobu": (("금호지구대", 2.5), ("상무지구대", 4), ("화정지구대", 3), ("농성파출소", 1.5), ("동천파출소", 1.5),
              ("염주파출소", 1), ("풍암파출소", 1.5)),
    "nambu": (("백운지구대", 3), ("방림지구대", 2.5), ("효덕지구대", 3), ("양림파출소", 1), ("주월파출소", 1.5),
              ("대촌파출소", 0.3)),
    "bukbu": (("우산지구대", 2.5), ("동운지구대", 3), ("두암지구대", 2.5), ("용봉지구대", 3), ("일곡지구대", 2.5),
              ("문흥지구대", 2), ("역전지구대", 2.5), ("건국지구대", 2), ("석곡파출소", 0.3)),
    "gwangsan": (("수완지구대", 3.5), ("첨단지구대", 3.5), ("우산지구대", 2.5), ("월곡지구대", 3), ("도산파출소", 1.2),
                 ("송정파출소", 1.2), ("하남파출소", 1), ("비아파출소", 0.8), ("평동파출소", 0.5), ("동곡파출소", 0.1),
                 ("삼도파출소", 0.1), ("본량파출소", 0.1), ("임곡파출소", 0.1)),
}  # fmt: skip
"""The 40 boxes of 2023 (전국 지구대 파출소 주소 현황); the weights are assumed: no box counts are public."""
