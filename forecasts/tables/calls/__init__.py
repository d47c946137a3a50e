"""Tables of 112 calls to come: by the month, by the hour, and the units they take."""
