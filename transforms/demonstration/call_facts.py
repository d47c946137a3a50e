"""What the demonstration's 112 calls are calibrated to: published totals with source; the mix is assumed."""

NATIONAL_CALLS_A_MONTH = 2_328_943 / 49 * 365.25 / 12
"""Calls in the 49 days to the Gwangju meeting of April 2024 (National Police Agency, hankyung 202404180664Y)."""

GWANGJU_SHARE = 1_441_611 / 51_325_000
"""Gwangju's residents (2022-03) over the country's (2023): no call total of Gwangju's own was found."""

SCALE = 0.1
"""The demonstration has a tenth of the real volume: about 4,000 calls a month."""

CALLS_A_MONTH = NATIONAL_CALLS_A_MONTH * GWANGJU_SHARE * SCALE

UNCLEAR_SHARE = 2_360_000 / 6 / NATIONAL_CALLS_A_MONTH
"""Pocket calls of January–June 2022 over all calls (v.daum 20231030104201849)."""

SURGE = 4.09 / 2.36
"""Pocket calls of January–June 2023 over those of a year before (the same source)."""

SURGE_MONTHS = ("2022-10", "2023-08")
"""First and last month of the surge of misdialled emergency calls."""

TYPES: dict[str, tuple[str, str, float]] = {
    "101": ("중요범죄", "살인", 0.3), "102": ("중요범죄", "강도", 0.5), "103": ("중요범죄", "치기", 0.3),
    "104": ("중요범죄", "절도", 48), "105": ("중요범죄", "납치감금", 0.6), "106": ("중요범죄", "성폭력", 9),
    "107": ("중요범죄", "가정폭력", 46), "108": ("중요범죄", "아동학대(가정내)", 3),
    "109": ("중요범죄", "아동학대(기타)", 1),
    "201": ("기타범죄", "폭력", 55), "202": ("기타범죄", "사기", 25), "203": ("기타범죄", "공갈", 0.5),
    "204": ("기타범죄", "협박", 6), "205": ("기타범죄", "도박", 3), "206": ("기타범죄", "재물손괴", 14),
    "207": ("기타범죄", "주거침입", 5), "209": ("기타범죄", "수배불심자", 3), "210": ("기타범죄", "기타형사범", 15),
    "211": ("기타범죄", "데이트폭력", 14), "212": ("기타범죄", "스토킹", 7), "213": ("기타범죄", "학교폭력", 1.5),
    "214": ("기타범죄", "마약", 1), "215": ("기타범죄", "보이스피싱", 14), "216": ("기타범죄", "동물학대", 1.5),
    "301": ("질서유지", "시비", 60), "302": ("질서유지", "행패소란", 62), "303": ("질서유지", "청소년비행", 12),
    "304": ("질서유지", "무전취식승차", 16), "305": ("질서유지", "주취자", 56), "306": ("질서유지", "보호조치", 24),
    "307": ("질서유지", "위험방지", 34), "308": ("질서유지", "기타경범", 10),
    "401": ("교통", "교통사고", 62), "402": ("교통", "교통불편", 66), "403": ("교통", "교통위반", 48),
    "405": ("교통", "인피도주", 2), "406": ("교통", "음주운전", 20),
    "501": ("기타경찰업무", "상담문의", 150), "502": ("기타경찰업무", "변사자", 3),
    "503": ("기타경찰업무", "비상벨", 8), "504": ("기타경찰업무", "경비업체요청", 7),
    "505": ("기타경찰업무", "가출 등", 12), "506": ("기타경찰업무", "분실습득", 40),
    "507": ("기타경찰업무", "FTX", 0.5), "508": ("기타경찰업무", "자살", 22),
    "509": ("기타경찰업무", "실종(실종아동 등)", 8),
    "602": ("타기관_기타", "화재", 5), "603": ("타기관_기타", "구조요청", 14), "604": ("타기관_기타", "소음", 70),
    "605": ("타기관_기타", "노점상", 1), "606": ("타기관_기타", "기타_타기관", 60),
    "607": ("타기관_기타", "서비스요청", 14), "609": ("타기관_기타", "재해재난", 1),
    "610": ("타기관_기타", "위험동물", 6),
}  # fmt: skip
"""Code → class, name, share per mille of all calls but the unclear ones (assumed; code book of 2023 for the names)."""

UNCLEAR = ("601", "타기관_기타", "내용확인불가")

URGENCIES = ("C0", "C1", "C2", "C3", "C4")
URGENCY_SHARES: dict[str, tuple[float, ...]] = {
    "1": (0.12, 0.52, 0.30, 0.04, 0.02), "2": (0.02, 0.24, 0.50, 0.18, 0.06), "3": (0.01, 0.13, 0.66, 0.15, 0.05),
    "4": (0.01, 0.10, 0.56, 0.23, 0.10), "5": (0.01, 0.07, 0.16, 0.12, 0.64), "6": (0.01, 0.04, 0.36, 0.14, 0.45),
    "unclear": (0.00, 0.02, 0.05, 0.03, 0.90),
}  # fmt: skip
"""Shares of C0–C4 by class, the code's first digit (assumed)."""

RESPONSE_SECONDS = {"C0": 240, "C1": 270, "C2": 330, "C3": 480}
"""Median from received to arrival, assumed around the last published mean of 5 min 21 s (January–July 2016)."""
RESPONSE_SPREAD = 0.5
ARRIVAL_NOT_ENTERED = 0.08

SERVICE_MINUTES = {"C0": 45, "C1": 34, "C2": 25, "C3": 18}
"""Median from arrival to the call being closed: assumed, no Korean figure was found. Their mean is about 40 minutes."""
SERVICE_SPREAD = 0.9
"""Of its logarithm (assumed): standard deviation 1.1 times the mean, as Alexandria's is 1.5 times."""

ENDS_ON_SCENE: dict[str, tuple[str, str, float]] = {
    "101": ("체포 등", "체포", 0.04), "103": ("체포 등", "통고처분", 0.04), "201": ("현장종결", "현장조치", 0.42),
    "202": ("현장종결", "합의해산", 0.13), "204": ("현장종결", "상담안내", 0.07), "301": ("계속조사", "계속조사", 0.08),
    "402": ("인계", "귀가조치", 0.06), "502": ("불발견/취소", "불발견", 0.05), "503": ("불발견/취소", "신고취소", 0.04),
    "602": ("허위/오인/FTX", "오인", 0.02), "708": ("이첩/동일", "동일", 0.05),
}  # fmt: skip
ENDS_ON_TELEPHONE: dict[str, tuple[str, str, float]] = {
    "505": ("불발견/취소", "무응답", 0.3), "603": ("허위/오인/FTX", "오작동", 0.1), "702": ("이첩/동일", "110", 0.1),
    "705": ("이첩/동일", "상담안내", 0.45), "708": ("이첩/동일", "동일", 0.05),
}  # fmt: skip
"""End code → class, name, share (names: Seoul's feed; shares assumed)."""

FESTIVAL_STATION, FESTIVAL_HOURS, FESTIVAL_EVERY = "seobu", (10, 22), 12
"""A festival on the first weekend of April (assumed): to it one in twelve of its station's calls in these hours of
the month is moved, so that the month has as many calls as without it."""
