"""The forecasts' record."""
