"""Where inside the agency: shares of the next month's crimes by cell of a grid, its hours, and how good both were."""
