"""meeting.xlsx: a cover and one sheet per published table, for the agency or for one station."""

from transforms.briefing.workbook.book import workbook

__all__ = ["workbook"]
