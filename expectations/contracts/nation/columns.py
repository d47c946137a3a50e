"""Columns of the nation's tables."""

from expectations.contracts.table import Column

AGENCY = Column("agency", "VARCHAR", "기관코드", "Agency code.", description_ko="기관 코드.")
AGENCY_NAME = Column("agency_name", "VARCHAR", "기관명", "Agency name.", description_ko="기관 이름.")
AGENCIES = Column(
    "agencies",
    "BIGINT",
    "합산 시도청",
    "Agencies the row adds up.",
    description_ko="이 행에 더한 시도청의 수.",
    unit="곳",
    minimum=1,
)
