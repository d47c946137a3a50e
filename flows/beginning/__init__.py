"""What comes before a month is walked: its home opened and put in order, and whether it is time to publish."""
