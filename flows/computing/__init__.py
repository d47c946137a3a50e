"""What a month is computed with: counts, final counts, forecasts, follow-up, and what is kept of them."""
