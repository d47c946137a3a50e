"""Files wrapped by an office's document security: their bytes are no export, whatever their name says.

The programs of Korean offices (Fasoo, MarkAny, SoftCamp and their like) encrypt what is saved, and show it as an
ordinary file on machines that have them. Each begins its files with a mark of its own.
"""

HEADERS = (
    (b"<DOCUMENT SAFER", "Document SAFER (MarkAny)"),
    (b"<## NASCA DRM FILE", "NASCA DRM (Fasoo)"),
    (b"FASOO", "Fasoo"),
    (b"DRMONE", "Fasoo DRM ONE"),
    (b"SCDSA00", "SoftCamp Document Security"),
    (b"SCDS", "SoftCamp Document Security"),
    (b"MARKANY", "MarkAny"),
    (b"MADRM", "MarkAny"),
    (b"<MARKANY", "MarkAny"),
    (b"<!-- FED", "Fasoo"),
    (b"<DOCUMENT SECURITY", "Document Security"),
    (b"<DRM", "DRM"),
    (b"<## DRM", "DRM"),
    (b"DRMF", "DRM"),
    (b"WNDS", "Waterwall"),
    (b"TEAMKEY", "Teruten"),
    (b"INISAFE", "INISAFE"),
    (b".PFILE", "Microsoft Purview"),
)
"""How such files begin, capital letters or not, and whose they are."""
PACKAGES = tuple(name.encode("utf-16-le") for name in ("DRMContent", "DRMEncryptedDataSpace", "DRMEncryptedTransform"))
"""Streams of a compound file that Microsoft's rights management makes of an Office document."""
CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAID = b"IS ENCRYPTED AND PROTECTED BY"
"""What such files say in clear to whoever opens them without the program."""
MARKS = b"\x9b\xef\xbb\xbf\x00\x02 \r\n\t"
"""What may stand before the mark: a BOM, a length or white space."""
HEAD = 1 << 16


def protection_of(head: bytes) -> str | None:
    """The program a file is protected by, told from its first bytes; None where no mark of one is there.

    Args:
        head: At most `HEAD` bytes from its beginning.
    """
    begun = head.lstrip(MARKS)[:256].upper()
    for mark, whose in HEADERS:
        if begun.startswith(mark):
            return whose
    if SAID in begun:
        return "DRM"
    if head.startswith(CONTAINER) and any(name in head for name in PACKAGES):
        return "Microsoft IRM"
    return None
