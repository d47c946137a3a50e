"""What each command does; flows/cli.py only parses the words."""
