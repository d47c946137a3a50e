"""What is promised: how an agency's exports look, what every table contains, and whether a batch keeps the promise."""
