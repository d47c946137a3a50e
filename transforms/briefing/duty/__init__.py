"""Next month's shifts for whoever makes rosters: a calendar for calendar programs, and a table as text."""

from transforms.briefing.duty.files import duty_files
from transforms.briefing.duty.shifts import DutyShift, duty_shifts

__all__ = ["DutyShift", "duty_files", "duty_shifts"]
