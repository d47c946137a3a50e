"""`chian demo`: the command as it is first met, and what was planted for the gate to find."""

import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from expectations.agency import load_agency, packaged
from expectations.contracts import PUBLISHED
from flows.briefing.chromium import chromium
from flows.cli import app
from tests.briefing.in_chromium import PRINTED_WIDTH, look
from tests.briefing.page_reading import read_published
from tests.flows.places import CHIAN, Said, accounted, ask, copied_agency, environment
from transforms.demonstration import planted
from transforms.demonstration.deployments import DEPLOYED, SEEN

pytestmark = pytest.mark.slow
MARCH = date(2024, 3, 1)
TABLES = {table.name for table in PUBLISHED}


@dataclass(frozen=True)
class Demo:
    """The demonstration as a newcomer makes it: in an empty folder, with no home, inbox or agency named."""

    folder: Path
    said: Said

    @property
    def strategy(self) -> Path:
        return self.folder / "chian-demo" / "published" / "strategy.duckdb"

    def ask(self, sql: str) -> pl.DataFrame:
        return ask(self.strategy, sql)

    def warnings(self) -> dict[str, str]:
        """Broken promises of severity warning: sentence by expectation."""
        rows = self.ask(
            "select expectation, sentence from validation_result where not success and severity = 'warning'"
        )
        return dict(rows.rows())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """With all its exports, origins and audiences, forecast by its two quickest candidates: all seven take minutes."""
    folder = tmp_path_factory.mktemp("newcomer")
    models = {"candidates": ["seasonal_naive", "smoothing"], "references": ["theta"], "reference_origins": 1}
    agency = copied_agency(packaged(), folder / "gwangju", score_origins=12, **models)
    variables = {"CHIAN_RUNNER": "threads", "CHIAN_WORKERS": "1"}
    with pytest.MonkeyPatch.context() as patch, environment(variables):
        patch.chdir(folder)
        patch.setattr("sys.argv", [str(CHIAN), "demo"])
        for place in ("flows.commands.demo.packaged", "flows.settings.packaged"):
            patch.setattr(place, lambda: agency)
        done = CliRunner().invoke(app, ["demo"], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return Demo(folder, Said(done.exit_code, done.stdout, done.stderr))


def test_demo_says_where_to_look(demo: Demo) -> None:
    assert "generated data, not real" in demo.said.out
    for path in (
        "chian-demo/inbox",
        "chian-demo/published/strategy.duckdb",
        "chian-demo/published/2024-03/gwangju/briefing.html",
        "chian-demo/published/2024-03/validation.html",
    ):
        assert path in demo.said.out
        assert (demo.folder / path).exists()
    assert "Traceback" not in demo.said.err


def test_printed_query_line_answers(demo: Demo) -> None:
    line = demo.said.out.strip().splitlines()[-1].strip()
    assert line.startswith("CHIAN_HOME=chian-demo ")
    done = subprocess.run(
        line,
        shell=True,
        cwd=demo.folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PATH": f"{CHIAN.parent}:{os.environ['PATH']}"},
    )
    assert done.returncode == 0, done.stderr
    for station in ("광주동부경찰서", "광주서부경찰서", "광주남부경찰서", "광주북부경찰서", "광주광산경찰서"):
        assert station in done.stdout


def test_everything_made_of_it_is_marked_generated(demo: Demo) -> None:
    publication = demo.ask("from publication").row(0, named=True)
    assert publication["generated"]
    assert publication["complete"]
    assert (publication["month"], publication["as_of"]) == (MARCH, date(2024, 4, 17))
    page = (demo.strategy.parent / "2024-03" / "validation.html").read_text("utf-8")
    assert "생성" in page
    assert demo.ask("select bool_and(name like '시연%') from source_file").item()


def test_all_tables_stand_there_with_their_copies(demo: Demo) -> None:
    tables = demo.ask("select table_name, estimated_size from duckdb_tables() where database_name = 'strategy'")
    assert set(tables["table_name"]) == TABLES
    copies = demo.strategy.parent / "2024-03" / "parquet"
    assert {path.stem for path in copies.glob("*.parquet")} == TABLES
    counted = " union all ".join(f"select '{table}', count(*) from {table}" for table in sorted(TABLES))
    rows = dict(demo.ask(counted).rows())
    for table in TABLES - {"run"}:
        assert pl.scan_parquet(copies / f"{table}.parquet").select(pl.len()).collect().item() == rows[table], table
    empty = {table for table, n in rows.items() if n == 0}
    # No list of factors is among the demonstration's exports, and no plan was issued before its month.
    assert empty == {"factor_effect", "vulnerability", "plan_score"}


def test_measures_and_opinions_stand_beside_what_then_happened(demo: Demo) -> None:
    actions = demo.ask("select action_id, months, verdict, issued, forecast_mean from action order by action_id").rows()
    assert [(number, months) for number, months, *_ in actions] == [("1", 2), ("2", 3), ("3", 3), ("4", 0)]
    assert [verdict == "not yet" for _, _, verdict, *_ in actions] == [False, False, False, True]
    # A newcomer's home has published nothing before: every forecast is computed in retrospect.
    assert {issued for *_, issued, _ in actions[:3]} == {False}
    opinions = demo.ask("select opinion_id, months, why from opinion order by opinion_id").rows()
    assert opinions[2][2] == "no series"
    assert [months for _, months, _ in opinions[:2]] == [2, 2]


def test_deployments_are_judged_as_they_were_planted(demo: Demo) -> None:
    """Nothing at a peak, a fall by a fifth that can be told, one that cannot, and one of which half went beside."""
    entries = (
        demo.ask("from deployment order by deployment_id").select("deployment_id", "area_kind", "overlapping").rows()
    )
    assert entries == [*((number, "district", None) for number in "123"), ("4", "named", None)]
    told = demo.ask("from deployment_effect where deployment_id is not null")
    of = {(row["deployment_id"], row["estimator"]): row for row in told.iter_rows(named=True)}
    peak = of["1", "wdd"]
    assert peak["lower_95"] < 0 < peak["upper_95"]
    assert abs(peak["per_cent"]) < 15
    assert of["1", "before_after"]["per_cent"] < -30  # what is told everywhere, and is not so
    seen = of["2", "forecast"]
    assert seen["verdict"] == "fell"
    assert seen["per_cent"] == pytest.approx(-100 * SEEN.fall, abs=8)
    assert {of["2", name]["why"] for name in ("wdd", "ring", "net")} <= {"too few controls", "no neighbours"}
    assert {of["3", name]["verdict"] for name in ("forecast", "wdd", "rate_ratio")} == {"too_small"}
    own, ring, net = (of["4", name] for name in ("wdd", "ring", "net"))
    assert own["upper_95"] < 0 < ring["lower_95"]
    assert 0.25 < net["estimate"] / own["estimate"] < 0.75
    assert {number for (number, _), row in of.items() if row["verdict"] == "fell"} == {"2"}


def test_the_page_says_of_each_deployment_what_may_be_said(demo: Demo) -> None:
    """Of none but the one that can be told that it fell; of the one that displaced half, that it may have moved."""
    html = (demo.strategy.parent / "2024-03" / "gwangju" / "briefing.html").read_text("utf-8")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
    said = {}
    for entry, verdict in zip(DEPLOYED, ("너무 작아 알 수 없음", "감소", *["너무 작아 알 수 없음"] * 2), strict=True):
        begins = page.index(f"{verdict} {entry.unit} – {entry.area}")
        said[entry.number] = page[begins : page.index("알아낼 수 있는 규모입니다", begins)]
        assert f"{entry.crime_name}({entry.first}~{entry.last}): " in said[entry.number]
    no_ground = "배치구역의 16% 감소도 알아낼 수 없는 규모여서 이 값을 근거로 삼지 않습니다."
    assert {number for number, told in said.items() if no_ground in told} == {"1", "3", "4"}
    for number in ("1", "3"):
        assert "대조 구역 대비 예상" in said[number]
        assert "주변 구역은 비교하지 못했습니다." in said[number]
    assert "사전 예측 대비 예상" in said["2"]
    assert "비교할 대조 구역이 다섯 곳이 되지 않습니다. 그때 다른 까닭으로 달라진 것과는 나눌 수 없습니다." in said["2"]
    assert re.search(r"주변 구역은 \+[\d,]+%\(\+[\d,]+%~\+[\d,]+%\)입니다", said["4"]), "they rose beyond chance"
    assert "달라진 것과 옮겨 간 것을 구분할 수 없습니다." in said["4"]
    assert page.count("오해하기 쉬움: ") == len(DEPLOYED), "before and after alone"


def test_the_sheet_says_its_budget(demo: Demo) -> None:
    budget = demo.ask(
        "select level, test, signal, series, expected_per_month < budget_per_month + 1e-9 from signal_budget"
    )
    assert set(budget.rows()) == {
        (level, test, signal, series, True)
        for level, series in (("agency", 2), ("station", 10), ("box", 80))
        for test in ("surprise", "drift")
        for signal in ("watch", "alert")
    }
    assert (
        demo.ask("select count(*) from outlook where per_cent_change is not null and three_year_mean < 30").item() == 0
    )


def test_rows_planted_for_rejection_are_rejected_and_no_others(demo: Demo) -> None:
    expected: Counter[tuple[str, date]] = Counter()
    for fault in planted(MARCH):
        if fault.answer == "reject":
            expected[fault.source, fault.month] += fault.rows
    files = demo.ask("select source, period_from, rows_rejected from source_file where rows_rejected > 0")
    # Every delivery of a month holds its planted rows.
    assert {(source, month): n for source, month, n in files.rows()} == dict(expected)
    reasons = demo.ask("select reason, count(*) from rejected_row group by reason order by reason").rows()
    assert reasons == [("impossible_date", 2), ("negative_count", 4), ("outside_period", 3)]


def test_every_row_of_every_file_is_accounted_for(demo: Demo) -> None:
    assert accounted(demo.ask("from source_file"))
    rejected = demo.ask("select count(*) as n from rejected_row").item()
    assert demo.ask("select sum(rows_rejected)::bigint from source_file").item() == rejected == 9


def test_file_planted_for_refusal_is_refused_and_the_run_goes_on(demo: Demo) -> None:
    [fault] = [fault for fault in planted(MARCH) if fault.answer == "refuse"]
    refused = demo.ask("select name, source, note from source_file where status = 'refused'").row(0, named=True)
    assert refused["source"] == fault.source
    assert f"{fault.month.year}1231" in refused["name"]
    assert "U+FFFD" in refused["note"]


@pytest.mark.parametrize(
    ("name", "told"),
    [("unknown_district", "경기광주경찰서 (2)"), ("extra_column", "비고"), ("unknown_offence", "CA9999 (2)"),
     ("doubled_file", "복사본.csv"), ("unknown_code", "217 (4)")],
)  # fmt: skip
def test_faults_planted_for_a_note_are_noted_in_their_files(demo: Demo, name: str, told: str) -> None:
    [fault] = [fault for fault in planted(MARCH) if fault.name == name]
    notes = demo.ask(f"select period_from, note from source_file where source = '{fault.source}' and note is not null")
    assert {month for month, note in notes.rows() if told in note} == {fault.month}


def test_faults_planted_across_files_are_warnings(demo: Demo) -> None:
    warnings = demo.warnings()
    kinds = {name.split("(")[0] for name in warnings}
    files = {"sources_agree", "months_agree_with_year", "file_is_new", "file_is_readable"}
    # No fault, but of the ledger: one station has far more of its hours of patrol than of the crimes reported.
    assert kinds == {*files, "hours_follow_reports"}
    disagree = warnings["sources_agree(gwangju_112_hub, gwangju_112_list)"]
    [fault] = [fault for fault in planted(MARCH) if fault.name == "sources_disagree"]
    assert f"{fault.month:%Y-%m}" in disagree
    assert "광주서부경찰서 절도" in warnings["months_agree_with_year(2020)"]
    assert f"{len(warnings)} warnings" in demo.said.out


def test_odd_response_times_are_excluded_and_repeated_cases_superseded(demo: Demo) -> None:
    faults = {fault.name: fault for fault in planted(MARCH)}
    excluded = demo.ask(
        "select month, response_excluded from call_month where level = 'agency' and call_group = 'all' "
        "and urgency = 'all' and response_excluded > 0"
    )
    assert excluded.rows() == [(faults["odd_response"].month, faults["odd_response"].rows)]
    repeated = demo.ask("select period_from, rows_superseded from source_file where rows_superseded > 0")
    assert set(repeated.rows()) == {(faults["repeated_case"].month, faults["repeated_case"].rows)}


def test_corrected_delivery_is_the_one_counted(demo: Demo) -> None:
    [fault] = [fault for fault in planted(MARCH) if fault.answer == "replace"]
    month = f"district = 'gwangju' and crime_type = 'theft' and month = date '{fault.month}'"
    seen = demo.ask(f"select exported_on, incidents from revision where {month} order by exported_on").rows()
    assert [day for day, _ in seen] == [date(2019, 9, 3), date(2020, 2, 3)]
    assert seen[0][1] < seen[1][1]
    assert demo.ask(f"select incidents from crime_month where {month}").item() == seen[1][1]


def test_means_of_children_add_up_to_the_parents(demo: Demo) -> None:
    sums = demo.ask(
        "select p.origin_month, p.district, p.crime_type, p.month, abs(any_value(p.mean) - sum(c.mean)) as gap "
        "from forecast p join forecast c on c.parent = p.district and c.origin_month = p.origin_month "
        "and c.crime_type = p.crime_type and c.month = p.month group by all"
    )
    # 13 origins × 3 months × 2 types, for the agency and its five stations.
    assert sums.height == 13 * 3 * 2 * 6
    assert sums["gap"].max() < 1e-9


def test_interval_held_about_as_often_as_it_says(demo: Demo) -> None:
    held = demo.ask(
        "select avg(covered_50::int), avg(covered_80::int), avg(covered_95::int) from forecast_score "
        "where level = 'station'"
    ).row(0)
    assert 0.35 < held[0] < 0.65
    assert 0.70 < held[1] < 0.90
    assert 0.90 < held[2] <= 1


def test_numbers_of_every_page_are_cells(demo: Demo) -> None:
    pages = read_published(demo.strategy.parent / "2024-03", demo.strategy, load_agency(packaged()), "ko")
    assert len(pages) == 6
    for page in pages.values():
        assert "시연용 생성 자료" in page.text
        for title in ("무엇이 달라졌나", "전망표", "112 신고", "방법과 모형 카드"):
            assert title in page.text
    assert len(pages["gwangju"].numbers) > 1000


def test_pages_fit_the_screens_and_the_sheet_of_the_meeting(demo: Demo, chromium_program: Path) -> None:
    """The agency's page, and one station's: the others are of its form."""
    with chromium(chromium_program, os.environ, 2000) as browser:
        for code in ("gwangju", "gwangsan"):
            file = demo.strategy.parent / "2024-03" / code / "briefing.html"
            for width, height, media in ((1280, 720, "screen"), (1920, 1080, "screen"), (PRINTED_WIDTH, 700, "print")):
                seen = look(browser, file, width, height, media)
                assert (seen.requests, seen.complaints, seen.overflowing) == ([], [], []), code
                assert media == "print" or (seen.first_bottom <= height and seen.small == [])
