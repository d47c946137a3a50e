"""Five hundred people who do not exist, laid into every column of an export that no layout reads."""

import io
import itertools
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import openpyxl
from openpyxl.comments import Comment

from expectations.agency import Agency
from expectations.layout import Layout
from transforms.exports import match
from transforms.exports.formats.headers import compared, known_names

PEOPLE = 125
UNKNOWN_COLUMNS = ("주민등록번호", "비고", "담당자 연락처")
"""Columns no layout has heard of, beside those it is told to ignore."""


def marks() -> list[str]:
    """Their names, telephone numbers, resident numbers, addresses, and where these lie in degrees."""
    kinds = (
        "표지갑{:04d}",
        "010-7391-{:04d}",
        "870615-173{:04d}",
        "표지동 산{:04d}번지",
        "35.1739{:04d} 126.8391{:04d}",
    )
    return [kind.format(n, n) for n in range(PEOPLE) for kind in kinds]


POINTS = {"X좌표": "9403{:02d}.7391{:04d}", "Y좌표": "16846{:02d}.8391{:04d}"}
"""Where the cases of a seeded export lie, by the columns that say it: in metres of the national grid."""
MARKS = "|".join(
    (
        r"표지갑\d",
        r"010[-. ]?7391[-. ]?\d",
        r"870615[- ]?173\d",
        r"표지동 ?산\d",
        r"35\.1739\d",
        r"126\.8391\d",
        r"9403\d\d\.7391",
        r"16846\d\d\.8391",
        r"1952081\b",
    )
)
"""Finds any of them, whole or as far as their first digit."""
WHOLE = ("954037", "1952081")
"""A point in whole metres, which nothing but the column it stands in tells from other numbers."""
ODD_POINT = 10
"""Of so many cases one has somebody in the place of its point."""
ODD_BOX = 60
"""Of so many cases one has a point in the place of its box."""


@dataclass
class Seeding:
    """Lays marks into exports, the next one each time.

    Attributes:
        laid: Marks laid so far.
    """

    agency: Agency
    laid: set[str] = field(default_factory=set)
    turn: Iterator[str] = field(default_factory=lambda: itertools.cycle(marks()))

    def mark(self) -> str:
        """The next mark."""
        found = next(self.turn)
        self.laid.add(found)
        return found

    def layout(self, name: str) -> Layout:
        """The layout that reads a file of this name."""
        layout = match(name, self.agency)
        assert layout is not None, name
        return layout

    def table(self, name: str, rows: list[list[str]]) -> list[list[str]]:
        """A table whose every cell in a column that is not read, those added here among them, holds a mark."""
        layout = self.layout(name)
        header = [*rows[0]]
        header += [column for column in (*layout.ignored, *UNKNOWN_COLUMNS) if column not in header]
        read = known_names(layout)
        kept = [header]
        for row in rows[1:]:
            cells = [*row, *([""] * (len(header) - len(row)))]
            kept.append([c if compared(h, layout) in read else self.mark() for h, c in zip(header, cells, strict=True)])
            self.place(header, kept[-1])
        return kept

    def place(self, header: list[str], row: list[str]) -> None:
        """Give a case a marked point, now and then somebody instead of it, or a point in the place of its box."""
        if not set(POINTS) <= set(header):
            return
        n = zlib.crc32(row[0].encode())  # the same in every delivery of the case
        for column, form in POINTS.items():
            row[header.index(column)] = self.mark() if n % ODD_POINT == 0 else form.format(n % 100, n % 10_000)
            if n % (4 * ODD_POINT) == 0:
                row[header.index(column)] = WHOLE[list(POINTS).index(column)]
        if n % ODD_BOX == 1:
            row[header.index("관할지구대")] = f"35.1739{n % 10_000:04d} 126.8391{n % 10_000:04d}"
        if n % ODD_BOX == 2:
            row[header.index("관할지구대")] = (" ", ", ", "/")[n % 3].join(WHOLE)

    def text(self, name: str, text: str, delimiter: str, ending: str = "\r\n") -> str:
        """Delimited text, and behind it two lines that are no rows of it."""
        rows = self.table(name, [line.split(delimiter) for line in text.splitlines()])
        lines = [delimiter.join(row) for row in rows]
        trailer = [delimiter.join((self.mark(), self.mark())), f"작성자: {self.mark()}, {self.mark()}"]
        return ending.join([*lines, *trailer, ""])

    def records(self, name: str, text: str) -> str:
        """JSON records with further keys, marks inside lists and objects among them."""
        records = json.loads(text)
        for record in records:
            record |= {column: self.mark() for column in UNKNOWN_COLUMNS} | {"연락": {"전화": [self.mark()]}}
        return json.dumps(records, ensure_ascii=False)

    def workbook(self, name: str, rows: list[tuple[str, ...]]) -> bytes:
        """A workbook whose marks lie in cells, a second sheet, a hidden one, a note, its properties and its footer."""
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        page.title = "List"
        for row in self.table(name, [list(row) for row in rows]):
            page.append(row)
        page["A2"].comment = Comment(self.mark(), self.mark())
        page.oddFooter.center.text = self.mark()
        for title, state in (("연락처", "visible"), ("명부", "hidden")):
            more = book.create_sheet(title)
            more.sheet_state = state
            more.append([self.mark(), self.mark()])
        book.properties.creator, book.properties.description = self.mark(), self.mark()
        target = io.BytesIO()
        book.save(target)
        return target.getvalue()

    def archive(self, members: dict[str, bytes]) -> bytes:
        """An archive with a comment of its own and one of each member, and a list of people beside the exports."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in {**members, "명부.txt": self.mark().encode()}.items():
                member = zipfile.ZipInfo(name)
                member.comment = self.mark().encode()
                archive.writestr(member, data)
            archive.comment = self.mark().encode("cp949")
        return target.getvalue()
