"""Next month's 112 calls by shift and day, the units they take, and how good such forecasts were."""
