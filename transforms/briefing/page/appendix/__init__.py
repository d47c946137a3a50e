"""What an analyst asks of the numbers in front."""
