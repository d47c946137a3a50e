"""Commands whose words are parsed beside each other, and what the parsing of all has in common."""
