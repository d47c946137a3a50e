"""Forecasts as the meetings were told them: appended, never rewritten, shown again to whoever may know them."""

from datetime import date

import polars as pl
import pytest

from expectations.contracts import TABLES
from expectations.contracts.ddl import conform, polars_schema
from expectations.months import add_months
from flows.publishing import PublishingError
from flows.publishing.issued import commit, first_issues, issues, prepare, prepare_rows, read_issued, read_issued_places
from forecasts.tables.forecast import merge_forecasts
from tests.publishing.full_publication import first_values
from tests.publishing.small_publication import forecast

JANUARY, FEBRUARY, MARCH, APRIL, MAY = (date(2024, n, 1) for n in range(1, 6))


def issue(folder, origin, as_of, run_id, mean, target=None):
    pending = prepare(folder, forecast(origin, target or MARCH, run_id, mean), as_of, run_id)
    commit(pending)
    return pending.final


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "issued"


def means(frame):
    """(origin month number, target month number, issued, mean, run) of the agency's rows."""
    chosen = frame.filter(pl.col("district") == "gj").sort("origin_month", "month")
    return [(r["origin_month"].month, r["month"].month, r["issued"], r["mean"], r["run_id"]) for r in chosen.to_dicts()]


def test_an_issue_is_read_back_with_its_as_of_and_types(folder):
    path = issue(folder, FEBRUARY, date(2024, 3, 5), "aa", 10.0)
    assert path == folder / "2024-02" / "0001-2024-03-05-aa.parquet"
    back = read_issued(folder, MARCH, date(2024, 4, 10))
    assert back.schema == {**polars_schema(TABLES["forecast"]), "as_of": pl.Date()}
    assert back.drop("as_of").equals(forecast(FEBRUARY, MARCH, "aa", 10.0))
    assert back["as_of"].unique().to_list() == [date(2024, 3, 5)]
    assert read_issued(folder, FEBRUARY, date(2024, 4, 10)).is_empty(), "a run's own origin is never read"


def test_a_run_sees_the_first_issue_of_each_origin_its_as_of_allows(folder):
    issue(folder, JANUARY, date(2024, 2, 6), "aa", 10.0, FEBRUARY)
    issue(folder, JANUARY, date(2024, 2, 6), "bb", 11.0, FEBRUARY)
    issue(folder, JANUARY, date(2024, 2, 9), "cc", 12.0, FEBRUARY)
    issue(folder, FEBRUARY, date(2024, 3, 5), "dd", 13.0)
    assert [i.run_id for i in first_issues(folder, MARCH, date(2024, 4, 10))] == ["aa", "dd"]
    assert [i.run_id for i in first_issues(folder, MARCH, date(2024, 3, 4))] == ["aa"]
    assert first_issues(folder, MARCH, date(2024, 2, 5)) == []
    assert means(read_issued(folder, MARCH, date(2024, 4, 10)))[0] == (1, 2, True, 10.0, "aa")


def test_what_was_issued_is_never_written_again(folder):
    path = issue(folder, FEBRUARY, date(2024, 3, 5), "aa", 10.0)
    before = path.read_bytes()
    again = prepare(folder, forecast(FEBRUARY, MARCH, "aa", 99.0), date(2024, 3, 5), "aa")
    assert again is None
    assert [i.path for i in issues(folder)] == [path]
    assert path.read_bytes() == before


def test_only_rows_this_run_made_and_issued_are_kept(folder):
    shown = pl.concat(
        [
            forecast(JANUARY, FEBRUARY, "aa", 10.0),
            forecast(FEBRUARY, MARCH, "bb", 11.0, issued=False),
            forecast(FEBRUARY, APRIL, "bb", 12.0),
        ]
    )
    commit(prepare(folder, shown, date(2024, 4, 2), "bb"))
    assert means(read_issued(folder, MARCH, date(2024, 4, 2))) == [(2, 4, True, 12.0, "bb")]
    assert prepare(folder, shown, date(2024, 4, 2), "cc") is None


def test_an_issue_not_committed_is_none(folder):
    assert prepare(folder, forecast(FEBRUARY, MARCH, "aa", 10.0), date(2024, 3, 5), "aa") is not None
    assert issues(folder) == []


def test_a_stray_or_damaged_file_is_named(folder):
    path = issue(folder, FEBRUARY, date(2024, 3, 5), "aa", 10.0)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(PublishingError) as damaged:
        read_issued(folder, MARCH, date(2024, 4, 10))
    assert (damaged.value.code, damaged.value.values["file"]) == ("issue_unreadable", path)
    stray = path.with_name("copy of 0001.parquet")
    path.rename(stray)
    with pytest.raises(PublishingError) as misnamed:
        issues(folder)
    assert (misnamed.value.code, misnamed.value.values["file"]) == ("issue_misnamed", stray)


def test_earlier_origins_come_from_their_issue_else_from_retrospect(folder):
    issue(folder, FEBRUARY, date(2024, 3, 5), "old", 20.0)
    as_of = date(2024, 4, 10)
    merged = merge_forecasts(
        own=pl.concat([forecast(MARCH, APRIL, "now", 30.0), forecast(MARCH, MAY, "now", 31.0)]),
        retrospective=pl.concat(
            [
                forecast(JANUARY, FEBRUARY, "now", 1.0),
                forecast(FEBRUARY, MARCH, "now", 2.0),
                forecast(FEBRUARY, APRIL, "now", 3.0),
            ]
        ),
        issued=read_issued(folder, MARCH, as_of),
        as_of=as_of,
    )
    assert merged.schema == polars_schema(TABLES["forecast"])
    assert means(merged) == [
        (1, 2, False, 1.0, "now"),
        (2, 3, True, 20.0, "old"),
        (2, 4, False, 3.0, "now"),
        (3, 4, True, 30.0, "now"),
        (3, 5, True, 31.0, "now"),
    ]
    assert merged.group_by("origin_month", "month").len()["len"].unique().to_list() == [2], "both districts or neither"


@pytest.mark.parametrize(
    ("as_of", "told_ahead"),
    [(date(2024, 4, 1), [True, True]), (date(2024, 4, 30), [True, True]), (date(2024, 5, 1), [False, True]),
     (date(2024, 6, 1), [False, False])],
)  # fmt: skip
def test_a_forecast_counts_as_issued_up_to_the_end_of_its_target_month(as_of, told_ahead):
    none = forecast(JANUARY, FEBRUARY, "x").clear()
    own = pl.concat([forecast(MARCH, APRIL, "now"), forecast(MARCH, MAY, "now")])
    merged = merge_forecasts(own, none, none.with_columns(as_of=pl.lit(None, pl.Date)), as_of)
    assert [issued for _, _, issued, _, _ in means(merged)] == told_ahead


def test_issues_a_run_must_not_know_are_not_shown():
    later = forecast(FEBRUARY, MARCH, "later").with_columns(as_of=pl.lit(date(2024, 4, 11)))
    own_origin = forecast(MARCH, APRIL, "old").with_columns(as_of=pl.lit(date(2024, 4, 1)))
    merged = merge_forecasts(
        forecast(MARCH, APRIL, "now"),
        forecast(FEBRUARY, MARCH, "now"),
        pl.concat([later, own_origin]),
        date(2024, 4, 10),
    )
    assert {run for *_, run in means(merged)} == {"now"}


def test_origins_that_do_not_belong_are_refused():
    none = forecast(JANUARY, FEBRUARY, "x").clear()
    issued = none.with_columns(as_of=pl.lit(None, pl.Date))
    two = pl.concat([forecast(FEBRUARY, MARCH, "now"), forecast(MARCH, APRIL, "now")])
    with pytest.raises(ValueError, match="origins 2024-02-01 to 2024-03-01, expected one"):
        merge_forecasts(two, none, issued, APRIL)
    with pytest.raises(ValueError, match="retrospect reach 2024-03-01"):
        merge_forecasts(forecast(MARCH, APRIL, "now"), two, issued, APRIL)
    assert merge_forecasts(none, none, issued, APRIL).is_empty()


def places(origin, expected):
    base = first_values(TABLES["place_risk"]) | {"origin_month": origin, "month": add_months(origin, 2)}
    return conform(pl.DataFrame([base | {"cell": "p", "expected": expected}]), TABLES["place_risk"])


def test_places_are_issued_in_the_same_way_and_the_first_stands(tmp_path):
    folder = tmp_path / "issued_places"
    for as_of, run_id, expected in ((date(2024, 3, 5), "aa", 2.0), (date(2024, 3, 9), "bb", 3.0)):
        commit(prepare_rows(folder, places(FEBRUARY, expected), as_of, run_id))
    assert prepare_rows(folder, places(FEBRUARY, 4.0), date(2024, 3, 9), "bb") is None, "the run has issued already"
    assert prepare_rows(folder, places(FEBRUARY, 4.0).clear(), date(2024, 3, 9), "cc") is None
    back = read_issued_places(folder, MARCH, date(2024, 4, 10))
    assert back.drop("as_of").equals(places(FEBRUARY, 2.0))
    assert read_issued_places(folder, FEBRUARY, date(2024, 4, 10)).is_empty(), "a run's own origin is never read"
    assert len((tmp_path / "issued_places.sha256").read_text("ascii").splitlines()) == 2
