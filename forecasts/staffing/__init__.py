"""Units for calls that come by the hour: how many are busy, how many it takes, and who has to wait."""
