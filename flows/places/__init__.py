"""Where things lie and who may touch them: the home, what is published in it, what --out names, and scratch folders."""
