"""One screen to open the meeting with."""
