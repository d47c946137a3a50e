"""What units resolved and expected: what they wrote into entries; `follow_up` sets them beside what then happened."""
