"""Files for people beside the tables: pages, prints, workbooks."""

from collections.abc import Mapping
from pathlib import Path

from flows.publishing.strategy import READ_ONLY


def write_documents(folder: Path, documents: Mapping[str, bytes]) -> None:
    """Write files by their names below the folder, read-only as all that is published."""
    for name, content in documents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(READ_ONLY)
