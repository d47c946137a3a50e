"""The month that is still running: what it will come to, from the forecast before it and the days so far."""
