"""Where the records of a JSON file lie, and whether the file says that there are more of them than it holds."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from expectations.layout import Layout
from transforms.exports.formats.headers import known_names, listed
from transforms.exports.formats.json_values import MISSING, documents, lists_of_records, value_at
from transforms.exports.refusals import ExportRefused, Note

TOTALS = (
    "total", "count", "totalcount", "totalrecords", "totalresults", "totalelements", "totalitems", "totalrows",
    "totalhits", "numbermatched", "numfound", "recordstotal", "matchcount", "listtotalcount", "resultcount",
    "recordcount", "rowcount", "itemcount", "hitcount", "nhits", "totalfeatures", "totalrecordcount", "total.value",
)  # fmt: skip
"""Keys, without case, dashes and underscores, that say how many records there are altogether."""
PAGES = ("totalpages", "totalpage", "pagecount", "lastpage", "pages", "numpages", "totalpagecount")
MORE = ("hasmore", "hasnext", "hasnextpage", "exceededtransferlimit", "truncated", "istruncated", "incomplete")
NEXT = ("next", "nextlink", "nextpage", "nextpageurl", "nexturl", "@odata.nextlink", "nextcursor", "nexttoken",
        "nextpagetoken", "resumptiontoken")  # fmt: skip
YES = (True, "true", "True", "TRUE", "Y", "y", "1")
NOTHING: tuple[object, ...] = (None, "", False, "0", "false", [], {})
SHOWN = 80
BESIDE = ("meta", "metadata", "pagination", "paging", "page", "pageinfo", "pager", "links", "info", "head", "header",
          "properties", "hits", "total", "resultinfo")  # fmt: skip
"""Objects beside the records in which an interface says what it hands out."""


class JsonRecords:
    """The records of one file, in file order; they can be gone through more than once.

    Attributes:
        notes: What was noticed, once they were gone through.
    """

    def __init__(self, spool: BinaryIO, layout: Layout, file: str) -> None:
        self.notes: list[Note] = []
        self._spool = spool
        self._layout = layout
        self._file = file
        self._kept: list[Any] | None = None

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield every record.

        Raises:
            ExportRefused: `not_json`, `not_records`, `records_elsewhere`, or `json_page`.
        """
        number = 0
        pages = _Pages()
        for document in self._documents():
            for record in self._within(document, pages):
                number += 1
                if not isinstance(record, dict):
                    raise ExportRefused("not_records", file=self._file, row=number)
                yield record
        self._judge(pages, number)

    def _documents(self) -> Iterator[Any]:
        if self._kept is not None:
            yield from self._kept
            return
        first: list[Any] = []
        several = False
        for document in documents(self._spool, self._file):
            several = several or bool(first)
            if not several:
                first = [document]
            yield document
        if not several:  # one value, all of it in memory already
            self._kept = first

    def _within(self, document: Any, pages: "_Pages") -> Iterator[Any]:
        path = self._layout.records
        if not path:
            yield from document if isinstance(document, list) else [document]
        elif isinstance(document, list) and value_at(document, path) is MISSING:
            for item in document:  # pages put into one list
                yield from self._at(item, path, pages)
        else:
            yield from self._at(document, path, pages)

    def _at(self, document: Any, path: str, pages: "_Pages") -> Iterator[Any]:
        value = value_at(document, path)
        if isinstance(value, dict) and known_in(value, self._layout):
            value = [value]  # where there is but one, some interfaces leave the list out
        if value is None or value == "":
            value = []
        if not isinstance(value, list):
            raise elsewhere(document, self._layout, self._file)
        pages.add(document, path, len(value))
        yield from value

    def _judge(self, pages: "_Pages", number: int) -> None:
        hint = pages.hint(number)
        if hint is None:
            return
        values = {"file": self._file, "n": number, "key": hint[0], "found": hint[1], "source": self._layout.name}
        if not self._layout.paged:
            raise ExportRefused("json_page", **values)
        self.notes = [Note("note_json_page", values)]


def known_in(record: Any, layout: Layout) -> int:
    """How many of the layout's names an object has."""
    return sum(value_at(record, name) is not MISSING for name in known_names(layout))


def elsewhere(document: Any, layout: Layout, file: str) -> ExportRefused:
    """Say where the records seem to lie, those with the most known names first; or that there are none."""
    found = sorted(lists_of_records(document), key=lambda one: -known_in(one[1], layout))
    candidates = listed([f'records = "{path}"' for path, _ in found])
    if not candidates:
        return ExportRefused("no_records", file=file, records=layout.records, source=layout.name)
    return ExportRefused("records_elsewhere", file=file, candidates=candidates, source=layout.name)


def hides_records(document: Any, layout: Layout) -> bool:
    """Whether a lone object is the wrapping of records rather than a record."""
    known = known_in(document, layout)
    return any(known_in(first, layout) >= max(known, 1) for _, first in lists_of_records(document))


class _Pages:
    """What the objects around the records say of how many there are."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int]] = []
        self.pages: tuple[str, int] = ("", 1)
        self.more: tuple[str, str] | None = None
        self.documents = 0

    def add(self, document: Any, path: str, records: int) -> None:
        """Take one document."""
        self.documents += 1
        self.more = None
        for key, value in _around(document, path):
            name = key.lower().replace("_", "").replace("-", "")
            last = name.rsplit(".", 1)[-1] if name not in NEXT else name
            number = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else None
            if number is not None and (last in TOTALS or name in TOTALS):
                self.said.append((key, number))
            elif number is not None and last in PAGES:
                self.pages = max(self.pages, (key, number), key=lambda one: one[1])
            elif last in MORE and value in YES:
                self.more = (key, "true")
            elif records and last in NEXT and value not in NOTHING:
                self.more = (key, str(value)[:SHOWN])

    def hint(self, records: int) -> tuple[str, str] | None:
        """What says that there are more records than these; None where nothing does."""
        said = max(self.said, key=lambda one: one[1], default=None)
        if said and said[1] > records:
            return said[0], str(said[1])
        if said and said[1] == records:
            return None
        if self.documents and self.pages[1] > self.documents:
            return self.pages[0], str(self.pages[1])
        return self.more


def _around(document: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Keys and values of the objects on the way to the records, and of those beside it that tell of them."""
    steps = path.split(".")
    for depth in range(len(steps)):
        node = value_at(document, ".".join(steps[:depth])) if depth else document
        if not isinstance(node, dict):
            continue
        for key, value in node.items():
            if isinstance(value, dict) and key.lower().replace("_", "") in BESIDE:
                yield from ((f"{key}.{inner}", found) for inner, found in value.items())
            elif isinstance(value, list) and key.lower() == "links":
                yield from (
                    ("links.next", one.get("href"))
                    for one in value
                    if isinstance(one, dict) and one.get("rel") == "next"
                )
            else:
                yield key, value
