"""What units did and expected."""
