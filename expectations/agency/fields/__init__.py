"""Fields of agency.toml: the label that its parts share, and what it says of 112 calls and of the units on duty."""
