"""Agencies' published tables into the nation's: sums, outlook, funnel plots, and the page for headquarters."""
