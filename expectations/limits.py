"""What reading one file may take: bytes, memory and seconds. A file that takes more is told with the number."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Limits:
    """How much a file may hold and take before it is refused.

    Attributes:
        file: Bytes of one file, or of one member of an archive once it is unpacked.
        members: Files in one archive.
        expanded: Bytes of all members together; ten years of a large agency's calls stay below a gigabyte.
        ratio: How many times its size a packed file may unpack to, once that is more than `dense`: exports of long
            tables come to 30.
        dense: Bytes below which nothing is asked of the ratio.
        memory: Bytes the program that reads workbooks may ask for: several times what a full sheet of thirty columns
            takes.
        seconds: That reading one file may take: a full sheet of a million rows takes a minute.
    """

    file: int = 4000 * MEGABYTE
    members: int = 2000
    expanded: int = 8 << 30
    ratio: int = 200
    dense: int = 64 * MEGABYTE
    memory: int = 8000 * MEGABYTE
    seconds: float = 900

    def too_dense(self, packed: int, unpacked: int) -> bool:
        """Whether so many bytes may not come out of so few."""
        return unpacked > self.dense and unpacked > self.ratio * max(packed, 1)


USUAL = Limits()
"""What reading a file may take unless it is said otherwise."""
