"""What two publications have in common lies on the disk once, and neither depends on the other."""

import errno
import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from flows.publishing import history
from flows.publishing.carried import is_same
from tests.publishing.small_publication import put_few as put
from tests.publishing.test_publish import snapshot

MARCH, APRIL, SEEN, LATER = date(2024, 3, 1), date(2024, 4, 1), date(2024, 4, 10), date(2024, 5, 10)
PAGE = Path("validation.html")
COUNTS = Path("parquet/crime_month.parquet")


def hashes(home, month):
    return history.hashes(home.strategy, home.published / month)


def kept(home):
    return [entry.month_folder for entry in history.entries(home)]


def test_a_later_publication_shares_equal_files_changes_none_and_stays_whole_without_the_earlier(home):
    put(home, MARCH, SEEN, "aa", thefts=10)
    march, april = home.published / "2024-03", home.published / "2024-04"
    before = snapshot(march)
    put(home, APRIL, LATER, "bb", thefts=11)
    assert snapshot(march) == before
    assert (april / PAGE).samefile(march / PAGE)
    assert not (april / COUNTS).samefile(march / COUNTS)
    first, second = kept(home)
    assert (second / PAGE).samefile(first / PAGE)
    assert not (second / PAGE).samefile(april / PAGE), "what harms what is published does not harm what is kept"
    assert {path.stat().st_mode & 0o777 for path in (march / PAGE, april / COUNTS)} == {0o444}

    of_april = hashes(home, "2024-04")
    shutil.rmtree(march)
    assert history.prune(home, 0) == 1
    assert hashes(home, "2024-04") == of_april == history.current(home).manifest
    assert history.current(home).is_whole


@pytest.mark.parametrize("harm", ["other bytes", "cut off", "gone", "a link"])
def test_a_file_damaged_since_is_not_carried_on_whatever_its_size_and_date(home, harm):
    put(home, MARCH, SEEN, "aa", page="checked")
    for page in (home.published / "2024-03" / PAGE, kept(home)[0] / PAGE):
        dated = page.stat()
        page.chmod(0o644)
        page.write_text("chEcked" if harm == "other bytes" else "check", "utf-8")
        os.utime(page, ns=(dated.st_atime_ns, dated.st_mtime_ns))
        if harm in ("gone", "a link"):
            page.unlink()
        if harm == "a link":
            (home.root / "elsewhere.html").write_text("checked", "utf-8")
            page.symlink_to(home.root / "elsewhere.html")
    put(home, APRIL, LATER, "bb", page="checked")
    for page in (home.published / "2024-04" / PAGE, kept(home)[1] / PAGE):
        assert not page.is_symlink()
        assert page.read_text("utf-8") == "checked"
    assert history.entries(home)[1].is_whole


def test_where_no_link_is_allowed_each_has_a_file_of_its_own(home, monkeypatch):
    def refused(*_: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", refused)
    put(home, MARCH, SEEN, "aa")
    put(home, APRIL, LATER, "bb")
    pages = [folder / PAGE for folder in (home.published / "2024-03", home.published / "2024-04", *kept(home))]
    assert len({page.stat().st_ino for page in pages}) == len(pages)
    assert all(is_same(page, pages[0]) for page in pages)
    assert [entry.is_whole for entry in history.entries(home)] == [True, True]


def test_what_goes_elsewhere_shares_nothing_with_the_publication(home, tmp_path):
    put(home, MARCH, SEEN, "aa")
    put(home, APRIL, LATER, "bb", out=tmp_path / "out")
    assert (tmp_path / "out" / PAGE).stat().st_nlink == 1


def test_an_earlier_file_that_cannot_be_read_is_not_in_the_way(home, monkeypatch):
    put(home, MARCH, SEEN, "aa", thefts=10)
    opened = Path.open
    bad = {home.published / "2024-03" / PAGE, *(folder / PAGE for folder in kept(home))}

    def refused(path, *words, **more):
        if path in bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(path, *words, **more)

    monkeypatch.setattr(Path, "open", refused)
    put(home, APRIL, LATER, "bb", thefts=11)
    assert (home.published / "2024-04" / PAGE).is_file()
    assert len(kept(home)) == 2
    assert not list(home.published.parent.rglob(".incoming"))
