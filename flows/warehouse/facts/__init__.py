"""The facts as one day knew them, from what is stored: core tables, their history, what became of rows accepted."""
