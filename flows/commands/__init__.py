"""What each command does; flows/cli.py and commands/parsed/ only parse the words."""
