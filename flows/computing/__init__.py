"""What a month is computed with: counts, follow-up, what maps the forecasts over series, and what is kept of them."""
