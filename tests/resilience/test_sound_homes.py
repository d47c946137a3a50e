"""A home is its account's, its agency's and nobody else's folder: whatever else is asked of chian touches nothing."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from flows.commands.rollback import rollback
from flows.commands.withdraw import withdraw
from flows.places.home import OWN, Home, HomeError
from flows.publishing import PublishingError, history, published
from flows.publishing.issued import issued_folder, read_issued
from flows.settings import read_settings
from tests.publishing.small_publication import put
from tests.warehouse.conftest import write_agency

pytestmark = pytest.mark.slow

MARCH, APRIL, SEEN, LATER = date(2024, 3, 1), date(2024, 4, 1), date(2024, 4, 10), date(2024, 5, 10)
NOBODY = 65534
as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another account")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", tmp_path / "home" / "inbox")


def modes(folder: Path) -> dict[str, tuple[int, int]]:
    """Mode and owner of everything, the folder itself included."""
    return {str(p): (p.lstat().st_mode, p.lstat().st_uid) for p in (folder, *sorted(folder.rglob("*")))}


def settings(home: Home, agency: Path):
    places = {"CHIAN_HOME": str(home.root), "CHIAN_INBOX": str(home.inbox), "CHIAN_AGENCY": str(agency)}
    return read_settings(places | {"CHIAN_LANG": "en"})


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """Somebody's own folder, some of its names those of a home."""
    folder = tmp_path / "somebody"
    for name in ("reports", "published", "history", "issued", "kept", "letters"):
        (folder / name).mkdir(parents=True)
        (folder / name / "mine.txt").write_text("mine")
    folder.chmod(0o750)
    (folder / "reports").chmod(0o755)
    return folder


def test_a_command_that_fails_in_a_foreign_folder_touches_nothing(foreign: Path, tmp_path: Path) -> None:
    home, agency = Home(foreign, foreign / "inbox"), write_agency(tmp_path / "town")
    before = modes(foreign)
    asked = settings(home, agency)
    tries = [
        lambda: withdraw(asked, "nosuch.csv", "", undo=False), lambda: rollback(asked, None, ""),
        lambda: home.claim("town"), lambda: home.claim("town", demo=True), home.require,
    ]  # fmt: skip
    for attempt in tries:
        with pytest.raises(Exception, match=r"home|demonstration") as refused:
            attempt()
        assert "Traceback" not in str(refused.value)
        assert modes(foreign) == before


def test_a_folder_of_other_things_is_no_home_unless_it_has_an_inbox(tmp_path: Path) -> None:
    root = tmp_path / "documents"
    (root / "letters").mkdir(parents=True)
    elsewhere = tmp_path / "share"
    elsewhere.mkdir()
    with pytest.raises(HomeError) as refused:
        Home(root, elsewhere).claim("town")
    assert (refused.value.code, refused.value.values["found"]) == ("home_no_card", "letters")
    (root / "inbox").mkdir()
    Home(root, root / "inbox").claim("town")
    assert (root / "home.json").is_file()


def test_withdrawing_and_going_back_make_no_home(home: Home, tmp_path: Path) -> None:
    agency = write_agency(tmp_path / "town")
    for attempt in (
        lambda: withdraw(settings(home, agency), "x.csv", "", undo=False),
        lambda: rollback(settings(home, agency), None, ""),
    ):
        with pytest.raises(Exception, match=r"is no home of chian's"):
            attempt()
    assert not home.root.exists()


def test_a_lost_card_is_written_again_for_the_agency_that_published(home: Home) -> None:
    home.claim("gj")
    put(home, MARCH, SEEN, "aa")
    home.card.unlink()
    with pytest.raises(HomeError, match="belongs to agency 'gj'"):
        home.claim("town")
    assert not home.card.exists()
    assert home.claim("gj") is True
    assert home.claim("gj") is False


def test_a_lost_card_without_a_publication_is_asked_for(home: Home) -> None:
    home.claim("gj")
    home.received.write_text("{}\n")
    home.card.unlink()
    with pytest.raises(HomeError, match=r"received\.jsonl and no home\.json") as refused:
        home.claim("gj")
    assert "restore home.json" in str(refused.value)


@pytest.mark.parametrize("inbox", ["", "..", *OWN, "published/in", "../../"])
def test_home_and_inbox_do_not_overlap(home: Home, inbox: str) -> None:
    home.root.mkdir()
    for attempt in (lambda one: one.claim("gj"), Home.require):
        with pytest.raises(HomeError) as refused:
            attempt(Home(home.root, (home.root / inbox).resolve()))
        assert refused.value.code in ("home_in_inbox", "inbox_in_home")
    assert list(home.root.iterdir()) == []


@pytest.fixture
def anothers() -> Iterator[Home]:
    """A home of the account nobody, in a folder everybody may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="chian-sound-"))
    folder.chmod(0o755)
    try:
        home = Home(folder / "home", folder / "home" / "inbox")
        home.claim("gj")
        put(home, MARCH, SEEN, "aa")
        for path in (home.root, *home.root.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        yield home
    finally:
        shutil.rmtree(folder)


@as_root
def test_root_makes_nothing_in_a_home_of_another_account(anothers: Home) -> None:
    before = modes(anothers.root)
    for attempt in (anothers.require, lambda: anothers.claim("gj"), lambda: anothers.claim("gj", new=False)):
        with pytest.raises(HomeError) as refused:
            attempt()
        assert refused.value.code == "home_of_another"
    assert modes(anothers.root) == before


@as_root
def test_chian_run_by_root_says_whose_home_it_is(anothers: Home, tmp_path: Path) -> None:
    before = modes(anothers.root)
    places = {
        "CHIAN_HOME": str(anothers.root),
        "CHIAN_AGENCY": str(write_agency(tmp_path / "town")),
        "CHIAN_LANG": "en",
    }
    chian = Path(sys.executable).with_name("chian")
    for words in (["run", "--month", "2024-03"], ["run", "--dry-run"], ["withdraw", "x.csv"], ["rollback"]):
        done = subprocess.run(
            [str(chian), *words], env=os.environ | places, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1, done.stderr
        assert "sudo -u nobody chian" in done.stderr
    assert modes(anothers.root) == before


@as_root
def test_a_part_that_root_has_made_is_named_with_what_to_do(anothers: Home) -> None:
    os.chown(anothers.root / "issued", 0, 0)
    code = (
        "import os, sys; from pathlib import Path; from expectations.sentences import catalogue\n"
        "from flows.places.home import Home, HomeError; catalogue(); os.setgid(65534); os.setuid(65534)\n"
        "try: Home(Path(sys.argv[1]), Path(sys.argv[1]) / 'inbox').claim('gj')\n"
        "except HomeError as error: print(error)"
    )
    root = str(anothers.root)
    done = subprocess.run([sys.executable, "-c", code, root], capture_output=True, text=True, check=False)
    assert done.stdout.startswith(f"{root}/issued: belongs to account root"), done.stderr
    assert f"chown -R nobody {root}" in done.stdout


def test_a_publication_changed_in_place_is_told_and_what_was_kept_comes_back(home: Home, tmp_path: Path) -> None:
    put(home, MARCH, SEEN, "aa")
    put(home, APRIL, LATER, "bb")
    assert history.is_genuine(home) is True
    (entry,) = (one for one in history.entries(home) if one.run_id == "bb")
    home.strategy.chmod(stat.S_IRUSR | stat.S_IWUSR)
    with home.strategy.open("r+b") as file:  # as a root's DuckDB writes: into the very file
        file.seek(-10, os.SEEK_END)
        file.write(b"\xff")
    assert history.is_genuine(home) is False
    assert entry.is_whole, "what is kept is a file of its own"
    put(home, APRIL, LATER, "bb")
    assert history.is_genuine(home) is True


def test_a_manifest_with_another_word_is_none(home: Home) -> None:
    put(home, MARCH, SEEN, "aa")
    put(home, APRIL, LATER, "bb")
    entry = history.entries(home)[-1]
    manifest = entry.folder / "manifest.json"
    assert entry.before == "aa"
    manifest.write_text(manifest.read_text().replace('"before": "aa"', '"before": "ab"'))
    assert not entry.is_whole
    assert history.damaged(home) == [entry]


@pytest.mark.parametrize("harm", ["changed", "gone", "folder gone"])
def test_an_issue_that_is_not_what_was_issued_is_named(home: Home, harm: str) -> None:
    put(home, MARCH, SEEN, "aa")
    put(home, APRIL, LATER, "bb")
    folder = issued_folder(home)
    (path,) = (folder / "2024-03").iterdir()
    if harm == "changed":
        good = path.read_bytes()
        for at in range(0, len(good) - 1, max(1, len(good) // 40)):
            path.chmod(0o600)
            path.write_bytes(good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :])
            with pytest.raises(PublishingError, match=path.name):
                read_issued(folder, APRIL, LATER)
        return
    shutil.rmtree(folder) if harm == "folder gone" else path.unlink()
    with pytest.raises(PublishingError, match=path.name) as refused:
        read_issued(folder, APRIL, LATER)
    assert refused.value.code == "issue_gone"


def test_issues_of_an_earlier_version_are_read_and_listed_with_the_next(home: Home) -> None:
    put(home, MARCH, SEEN, "aa")
    (home.root / "issued.sha256").unlink()
    assert read_issued(issued_folder(home), APRIL, LATER).height
    put(home, APRIL, LATER, "bb")
    assert len((home.root / "issued.sha256").read_text().splitlines()) == 2
    done = subprocess.run(["sha256sum", "-c", "--quiet", "issued.sha256"], cwd=home.root, check=False)
    assert done.returncode == 0
    assert published(home) is not None
