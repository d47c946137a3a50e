"""Homes to do harm to, and small disks to fill."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.conftest import new_town

__all__ = ["new_town"]


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Mounts a folder as `mount` is told to; where this account may not, the test is skipped."""
    folders: list[Path] = []

    def mount(name: str, *words: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        if os.getuid() != 0:
            pytest.skip("only root may mount the small disk this needs")
        done = subprocess.run(["mount", *words, str(folder)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"this machine lets nobody mount the small disk this needs: {done.stderr.strip()}")
        folders.append(folder)
        return folder

    yield mount
    for folder in reversed(folders):
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
