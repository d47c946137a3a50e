"""Tables of counts: which cells are counts, of what, and what is unknown where rows are lost or told twice."""
