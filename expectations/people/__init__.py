"""People in texts: the forms of their numbers, names beside ranks and posts, and how such a text is shown."""
