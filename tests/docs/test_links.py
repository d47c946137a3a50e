"""What the documents point at is there, and nothing in them belongs to one machine."""

import re
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, documents, without_blocks

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ADDRESS = re.compile(r"https?://([^/\s)`:]+)")
MACHINE = re.compile(r"(?<![\w.$}/])/(?:home|root|tmp|Users|opt|mnt|work|workspace)/\w+")
ADDRESSES = {"127.0.0.1", "chian.example", "keepachangelog.com", "semver.org"}

PAGES = [pytest.param(path, id=str(path.relative_to(ROOT))) for path in documents()]


def anchor(heading: str) -> str:
    """The anchor a heading gets on the page."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("path", PAGES)
def test_relative_links_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(without_blocks(path.read_text("utf-8"))):
        if target.startswith(("http://", "https://")):
            continue
        name, _, wanted = target.partition("#")
        led = (path.parent / name).resolve() if name else path
        assert led.exists(), f"{path.name}: {target} leads nowhere"
        assert led.is_relative_to(ROOT), f"{path.name}: {target} leads out of the project"
        if wanted:
            anchors = {anchor(heading) for heading in HEADING.findall(led.read_text("utf-8"))}
            assert wanted in anchors, f"{path.name}: {led.name} has no heading #{wanted}"


@pytest.mark.parametrize("path", PAGES)
def test_names_no_machine_and_no_strange_host(path: Path) -> None:
    text = path.read_text("utf-8")
    assert str(ROOT) not in text
    assert sys.prefix not in text
    assert MACHINE.findall(text) == []
    assert set(ADDRESS.findall(text)) <= ADDRESSES


def test_finds_the_documents() -> None:
    names = {str(path.relative_to(ROOT)) for path in documents()}
    assert {"README.md", "CONTRIBUTING.md", "docs/onboarding.md", "expectations/agencies/gwangju/README.md"} <= names
