"""Whether bytes that no library reads as a workbook are one that is locked with a password."""

import io
import struct
import zipfile

from transforms.exports.files.archives import UNREADABLE

CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a compound file begins: an old workbook, or what Office puts an encrypted one of any kind into."""
STREAMS = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))
STEP = 64
"""A stream begins at a multiple of this in a compound file."""
BOF, FILEPASS = 0x0809, 0x002F
FIRST = 6
"""Records at the beginning of an old workbook among which the one of the password stands."""
MANIFEST, ENCRYPTION = "META-INF/manifest.xml", b"encryption-data"


def is_locked(data: bytes) -> bool:
    """Whether a workbook is locked: xlsx and the like, the old xls, or ods."""
    if data.startswith(CONTAINER):
        return any(name in data for name in STREAMS) or _old_is_locked(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return MANIFEST in archive.namelist() and ENCRYPTION in archive.read(MANIFEST)
    except (*UNREADABLE, OSError):
        return False


def _old_is_locked(data: bytes) -> bool:
    for start in range(0, len(data) - 4, STEP):
        if struct.unpack_from("<H", data, start)[0] != BOF:
            continue
        at = start
        for _ in range(FIRST):
            if at + 4 > len(data):
                break
            record, length = struct.unpack_from("<HH", data, at)
            if record == FILEPASS:
                return True
            at += 4 + length
    return False
