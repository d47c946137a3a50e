"""Commands that forecast from a file somebody gives, outside any home."""
