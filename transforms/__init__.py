"""One table into another: export files into typed rows, rows into months, months into what the meeting reads. Pure."""
