"""Clearance, crimes a hundred thousand residents, and subtypes."""
