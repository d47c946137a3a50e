"""One module for each physical format, each giving a file's mapped columns as batches of raw text."""

from contextlib import AbstractContextManager

from expectations.layout import Layout
from transforms.exports.files.archives import ExportFile
from transforms.exports.formats.headers import Misfit, RawBatch, RawRows, RowFault

__all__ = ["Misfit", "RawBatch", "RawRows", "RowFault", "raw_rows"]


def raw_rows(file: ExportFile, layout: Layout) -> AbstractContextManager[RawRows]:
    """Open a file in its layout's format; the rows can be read while the context is open.

    Raises:
        ExportRefused: On entering the context or while its batches are read.
    """
    if layout.format == "excel":
        from transforms.exports.formats.sheet_rows import sheet_rows

        return sheet_rows(file, layout)
    if layout.format == "json":
        from transforms.exports.formats.json_rows import json_rows

        return json_rows(file, layout)
    from transforms.exports.formats.csv_rows import csv_rows

    return csv_rows(file, layout)
