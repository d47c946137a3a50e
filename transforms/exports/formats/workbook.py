"""A program of its own that reads one sheet: workbook on standard input, its cells as Arrow on standard output.

The library that reads workbooks lays a sheet out as one rectangle. A damaged file, or a lone cell at XFD1048576, makes
it ask for more memory than any machine has, and that ends the process it works in, beyond any `except`. So it works in
one that has nothing to lose. It imports nothing of this package, so that it starts at once.
"""

import importlib
import io
import json
import resource
import signal
import sys

MEMORY = 8 << 30
"""Bytes of address space: several times what a full sheet of thirty columns takes."""
ROWS = 1 << 20
"""That a sheet may have; a damaged file names rows beyond them, and all before would be read as blank."""
NO_WORKBOOK, NO_SHEET = 3, 4
"""Exit statuses; with NO_SHEET the names of the sheets there are stand on standard output, as JSON."""


def main(sheet: str) -> int:
    """Write every cell of a sheet (of the first one where its name is empty) as text; exit status."""
    _, allowed = resource.getrlimit(resource.RLIMIT_AS)
    memory = MEMORY if allowed == resource.RLIM_INFINITY else min(MEMORY, allowed)  # nobody may raise what is given
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import fastexcel

    importlib.import_module("polars")  # used below: that it is missing must not look like a damaged file
    # Python, and polars once imported, answer Ctrl-C with an exception, which below would look like a damaged file.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        workbook = fastexcel.read_excel(sys.stdin.buffer.read())
        wanted = sheet or next(iter(workbook.sheet_names), "")
        if wanted not in workbook.sheet_names:
            sys.stdout.write(json.dumps(workbook.sheet_names))
            return NO_SHEET
        cells = workbook.load_sheet(wanted, header_row=None, skip_rows=0, dtypes="string").to_polars()
        if cells.height > ROWS:
            return NO_WORKBOOK
        stream = io.BytesIO()
        cells.write_ipc_stream(stream)
    except BaseException:  # noqa: BLE001  (a panic of the library is no Exception; whatever it is, the file caused it)
        return NO_WORKBOOK
    sys.stdout.buffer.write(stream.getbuffer())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
