"""Export files → typed rows: every file is refused with a sentence, or read with an account of each of its rows."""

from expectations.limits import Limits
from transforms.exports.files.archives import ExportFile, expand
from transforms.exports.files.names import match
from transforms.exports.outcome import Outcome
from transforms.exports.reading import Reading, read_export
from transforms.exports.refusals import ExportRefused, Note, Refusal

__all__ = [
    "ExportFile",
    "ExportRefused",
    "Limits",
    "Note",
    "Outcome",
    "Reading",
    "Refusal",
    "expand",
    "match",
    "read_export",
]
