"""Published tables into what people read: pages and workbooks, each one self-contained file."""
