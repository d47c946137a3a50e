"""Where the mobile units' teams go: hours of patrol where most is saved, every station its least share, rest kept."""
