"""Rows of a kind of export → its raw table: one module a kind, and which of them a file is read by."""
