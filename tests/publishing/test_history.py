"""Publications are kept as they were, put back whole, and gone when there are too many."""

import shutil
from datetime import date

import polars as pl
import pytest

from flows.places.home import Home
from flows.publishing import PublishingError, history, published, recover
from flows.publishing.issued import issued_folder, issues
from flows.publishing.swap import put_entry
from tests.publishing.killed import killed_homes
from tests.publishing.small_publication import put_few as put
from tests.publishing.test_publish import names, thefts

MARCH, APRIL, EARLY, SEEN, LATER = (
    date(2024, 3, 1), date(2024, 4, 1), date(2024, 4, 5), date(2024, 4, 10), date(2024, 5, 10),
)  # fmt: skip


@pytest.fixture
def home(tmp_path):
    root = tmp_path / "home"
    return Home(root, root / "inbox")


def kept(home):
    return [(entry.number, entry.run_id) for entry in history.entries(home)]


def run_of(home, month):
    return pl.read_parquet(home.published / month / "parquet" / "publication.parquet")["run_id"].item()


def test_every_publication_is_kept_whole_and_one_beside_it_is_not(home):
    put(home, MARCH, EARLY, "aa", thefts=10)
    put(home, MARCH, SEEN, "bb", thefts=11)
    put(home, MARCH, date(2024, 4, 3), "beside")
    put(home, MARCH, SEEN, "bb", thefts=11)
    assert kept(home) == [(1, "aa"), (2, "bb")]
    assert all(entry.is_whole for entry in history.entries(home))
    assert thefts(history.entries(home)[0].strategy) == 10
    assert names(history.entries(home)[1].month_folder) == ["parquet", "validation.html"], (
        "what stands beside is not its"
    )
    assert {p.stat().st_mode & 0o777 for p in history.history_folder(home).glob("*")} == {0o700}
    assert history.intact(home, "bb")
    assert not history.intact(home, "aa")


def test_the_one_before_comes_back_with_its_folder_and_nothing_issued_is_unsaid(home):
    put(home, MARCH, EARLY, "aa", thefts=10)
    put(home, MARCH, SEEN, "bb", thefts=11)
    put(home, MARCH, date(2024, 4, 3), "beside")
    said = [(issue.run_id, issue.sha256) for issue in issues(issued_folder(home))]
    present = history.current(home)
    outcome = put_entry(home, history.before(home, present))
    assert (outcome.info.run_id, published(home).run_id, run_of(home, "2024-03")) == ("aa", "aa", "aa")
    assert thefts(home.strategy) == 10
    assert names(home.published / "2024-03") == ["as-of-2024-04-03", "parquet", "validation.html"]
    assert history.intact(home, "aa")
    assert [(issue.run_id, issue.sha256) for issue in issues(issued_folder(home))] == said
    assert kept(home) == [(1, "aa"), (2, "bb")], "putting back is no publication"
    assert history.before(home, history.current(home)) is None
    put(home, MARCH, SEEN, "cc", thefts=12)
    assert kept(home) == [(1, "aa"), (2, "bb"), (3, "cc")]
    assert history.before(home, history.current(home)).run_id == "aa", "what readers saw, not what was rolled back from"


def test_the_folders_of_later_months_go_but_not_what_stands_beside_them(home):
    put(home, MARCH, SEEN, "aa")
    put(home, APRIL, LATER, "bb")
    put(home, APRIL, date(2024, 5, 5), "beside")
    put(home, date(2024, 5, 1), date(2024, 6, 10), "cc")
    put_entry(home, history.entries(home)[0])
    assert names(home.published) == ["2024-03", "2024-04", "strategy.duckdb"]
    assert names(home.published / "2024-04") == ["as-of-2024-05-05"]
    assert published(home).run_id == "aa"
    put_entry(home, history.entries(home)[2])
    assert published(home).run_id == run_of(home, "2024-05") == "cc"


def test_what_was_kept_and_is_damaged_is_not_put_back(home):
    put(home, MARCH, EARLY, "aa")
    put(home, MARCH, SEEN, "bb")
    entry = history.entries(home)[0]
    page = entry.month_folder / "validation.html"
    page.chmod(0o644)
    page.write_text("forged")
    assert not entry.is_whole
    with pytest.raises(PublishingError) as refused:
        put_entry(home, entry)
    assert refused.value.code == "rollback_damaged"
    assert published(home).run_id == "bb"
    (entry.folder / "manifest.json").unlink()
    assert not entry.is_whole


def test_a_publication_of_the_first_release_is_kept_by_the_next_run(home):
    put(home, MARCH, EARLY, "aa", thefts=10)
    shutil.rmtree(history.history_folder(home))
    put(home, MARCH, SEEN, "bb", thefts=11)
    assert kept(home) == [(1, "aa"), (2, "bb")]
    assert thefts(history.entries(home)[0].strategy) == 10


def test_an_unreadable_publication_that_was_kept_is_made_again(home):
    put(home, MARCH, SEEN, "aa", thefts=10)
    home.strategy.unlink()
    home.strategy.write_bytes(b"no database at all")
    assert history.intact(home, "aa") is None
    put(home, MARCH, SEEN, "aa", thefts=10)
    assert thefts(home.strategy) == 10
    assert history.intact(home, "aa")
    assert [(entry.run_id, entry.is_whole) for entry in history.entries(home)] == [("aa", True)]


def test_a_publication_whose_bytes_were_changed_is_no_longer_standing_and_its_kept_copy_is_renewed(home):
    put(home, MARCH, SEEN, "aa", thefts=10)
    page = home.published / "2024-03" / "validation.html"
    page.chmod(0o644)
    page.write_text("scribbled over")
    recover(home)
    assert history.intact(home, "aa") is None
    assert put(home, MARCH, SEEN, "aa", thefts=10).changed
    assert history.intact(home, "aa")
    assert [entry.is_whole for entry in history.entries(home)] == [True]


def test_the_oldest_go_beyond_the_number_kept_never_the_present_one(home):
    for n in range(1, 6):
        put(home, MARCH, date(2024, 4, n), f"run{n}")
    assert history.prune(home, 3) == 1
    assert kept(home) == [(n, f"run{n}") for n in (2, 3, 4, 5)]
    put_entry(home, history.entries(home)[0])
    assert history.prune(home, 1) == 2
    assert kept(home) == [(2, "run2"), (5, "run5")]
    assert history.prune(home, 0) == 1
    assert kept(home) == [(2, "run2")]


@pytest.mark.slow
def test_killed_at_any_step_of_putting_back_either_stands_whole_and_recovery_completes_it(tmp_path):
    before = Home(tmp_path / "before", tmp_path / "inbox")
    put(before, MARCH, SEEN, "aa", thefts=10)
    put(before, APRIL, LATER, "bb", thefts=11)
    put(before, APRIL, date(2024, 5, 5), "beside")
    killed = killed_homes(before.root, tmp_path / "homes", "back")
    assert len(killed) > 20
    seen = []
    for root in killed:
        home = Home(root, root / "inbox")
        assert published(home).run_id in {"aa", "bb"}
        recover(home)
        info = published(home)
        seen.append(info.run_id)
        assert run_of(home, info.folder) == info.run_id
        assert (home.published / "2024-04" / "as-of-2024-05-05" / "strategy.duckdb").is_file()
        assert (home.published / "2024-04" / "parquet").exists() == (info.run_id == "bb")
        assert not list(root.rglob(".*"))
        assert [entry.is_whole for entry in history.entries(home)] == [True, True]
        if info.run_id == "bb" or root == killed[-1]:  # to the others nothing is left to be done
            put_entry(home, history.entries(home)[0])
        assert published(home).run_id == run_of(home, "2024-03") == "aa"
        assert home.strategy.read_bytes() == history.entries(before)[0].strategy.read_bytes()
    assert seen == sorted(seen, reverse=True), "from some step on it is the one put back"
    assert set(seen) == {"aa", "bb"}
