"""Places inside a station: which cells there are, and which of them are but the defaults of a system."""
