"""Bytes in whatever encoding a police system wrote them → checked UTF-8 text."""

import codecs
import hashlib
import io
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from expectations.layout import Layout
from transforms.exports.files.archives import CHUNK, ExportFile
from transforms.exports.files.limits import Clock
from transforms.exports.refusals import ExportRefused

REPLACEMENT = "\ufffd"
MARK = "\ufeff"
MOJIBAKE = "占쏙옙"  # what two U+FFFD saved as UTF-8 turn into when read as CP949
MARKS = {
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
}  # fmt: skip
"""What a file of these encodings begins with, unless a program left it out."""
UNITS = {"utf-16": 2, "utf-32": 4}
LEAST_PLAIN = 20
"""One in so many letters of any export, at least, is a digit, a delimiter or a line's end, with a zero beside it."""


@dataclass(frozen=True)
class Decoded:
    """A file's text, spooled to a temporary file, or to memory where it is short.

    Attributes:
        spool: UTF-8 without BOM, lines ended by a bare line feed, positioned at its start.
        quotes: Quotation marks in the text; an odd number means one was never closed, or stands alone.
    """

    spool: BinaryIO
    quotes: int


@contextmanager
def decoded(file: ExportFile, layout: Layout) -> Iterator[Decoded]:
    """Decode a whole file by the first of the layout's encodings that fits all of it.

    One pass over the bytes for each encoding tried, a megabyte at a time; the text goes to a temporary file that is
    gone when the context closes. What the zeros of UTF-16 look like in another encoding is damage only where no
    encoding is left to try.

    Raises:
        ExportRefused: `empty_file`, `undecodable`, `replacement_character`, `nul_character` or `changed_while_reading`.
    """
    failures: list[tuple[int, str]] = []
    damage: ExportRefused | None = None
    with tempfile.SpooledTemporaryFile(CHUNK) as handle:
        spool = cast(BinaryIO, handle)
        for encoding in layout.encodings:
            spool.seek(0)
            spool.truncate()
            transcoder = _Transcoder(file, encoding, spool)
            try:
                transcoder.run()
            except UnicodeError:
                failures.append((transcoder.line, encoding))
                continue
            except ExportRefused as refused:
                if refused.code != "nul_character":
                    raise
                damage = damage or refused
                continue
            if transcoder.is_blank:
                raise ExportRefused("empty_file", file=file.name)
            spool.seek(0)
            yield Decoded(spool, transcoder.quotes)
            return
    if damage:
        raise damage
    line, encoding = max(failures)
    tried = ", ".join(layout.encodings)
    raise ExportRefused("undecodable", file=file.name, tried=tried, encoding=encoding, line=line)


class _Transcoder:
    """One attempt to read a file in one encoding.

    Attributes:
        line: The line being decoded, 1 = the first.
        quotes: Quotation marks seen.
        is_blank: Whether nothing but white space was seen.
    """

    def __init__(self, file: ExportFile, encoding: str, spool: BinaryIO) -> None:
        self.file = file
        self.encoding = codecs.lookup(encoding).name
        self.spool = spool
        self.line = 1
        self.quotes = 0
        self.is_blank = True

    def run(self) -> None:
        """Write the file's text to the spool.

        Raises:
            UnicodeError: The file is not in this encoding.
            ExportRefused: The text is damaged, or the bytes are no longer those the file is known by.
        """
        lines = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(self._ordered())(), translate=True)
        digest = hashlib.sha256()
        first, clock = True, Clock(self.file.name, self.file.limits)
        with self.file.open() as source:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                clock.look()
                if first and self.encoding[: len("utf-16")] not in UNITS:
                    chunk = chunk.removeprefix(codecs.BOM_UTF8)
                text = lines.decode(chunk)
                self._keep(text.removeprefix(MARK) if first else text)
                first = False
        self._keep(lines.decode(b"", final=True))
        if digest.hexdigest() != self.file.sha256:
            raise ExportRefused("changed_while_reading", file=self.file.name)

    def _ordered(self) -> str:
        """The encoding with the order of its bytes, told by where the zeros lie if not by the file's beginning.

        Raises:
            UnicodeError: The zeros are not where this encoding has them.
        """
        family = self.encoding[: len("utf-16")]
        if family not in UNITS:
            return self.encoding
        with self.file.open() as source:
            head = source.read(CHUNK)
        if not head or (self.encoding == family and head.startswith(MARKS[family])):
            return self.encoding
        unit = UNITS[family]
        high = {"le": head[unit - 1 :: unit].count(0), "be": head[::unit].count(0)}
        if family == "utf-32":  # of four bytes the first is always zero, and hardly ever the last
            plain = len(head) // unit
            order = "le" if high["le"] > high["be"] else "be"
        else:
            plain = len(head) // unit // LEAST_PLAIN
            order = max(high, key=lambda end: high[end])
        named = self.encoding.removeprefix(family).lstrip("-_")
        if high[order] < max(plain, 1) or min(high.values()) * 4 > high[order] or named not in ("", order):
            raise UnicodeError
        return f"{family}-{order}"

    def _keep(self, text: str) -> None:
        for character, code in (
            (REPLACEMENT, "replacement_character"),
            (MOJIBAKE, "replacement_character"),
            ("\0", "nul_character"),
        ):
            at = text.find(character)
            if at >= 0:
                raise ExportRefused(code, file=self.file.name, line=self.line + text.count("\n", 0, at))
        if self.encoding.startswith("utf") and not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        self.line += text.count("\n")
        self.quotes += text.count('"')
        self.is_blank = self.is_blank and not text.strip()
        self.spool.write(text.encode())
