"""What a count is heading for: late reports learned from how earlier months grew from export to export."""
