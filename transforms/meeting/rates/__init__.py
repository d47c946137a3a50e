"""Counts held against other counts: clearances against crimes, crimes against residents, each with its interval."""
