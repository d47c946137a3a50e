"""Where and when to patrol next month."""
