"""What a run is asked for, and what is fixed before anything is read: month, as-of day, agency."""
