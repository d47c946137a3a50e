"""Commands that answer from what is published and what was run: query, tables, status, diff."""
