"""docs/scheduling.md names the variables the code reads and the deployments prefect.yaml makes."""

import re

import yaml

from tests.docs.pages import ROOT, page

TABLE = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
VARIABLE = re.compile(r"\bCHIAN_[A-Z][A-Z_]*\b")
SCHEDULING = page("docs/scheduling.md")


def listed() -> list[str]:
    return TABLE.findall(SCHEDULING)


def test_every_variable_the_code_reads_is_described() -> None:
    code = [path for room in ("flows", "expectations") for path in (ROOT / room).rglob("*.py")]
    read = {name for path in code for name in VARIABLE.findall(path.read_text("utf-8"))}
    assert {name for name in listed() if name.startswith("CHIAN_")} == read


def test_every_deployment_is_described() -> None:
    deployments = yaml.safe_load(page("prefect.yaml"))["deployments"]
    names = {f"{one['entrypoint'].rsplit(':', 1)[1]}/{one['name']}" for one in deployments}
    assert {name for name in listed() if "/" in name} == names


def test_the_schedule_is_the_one_told() -> None:
    (monthly,) = [one for one in yaml.safe_load(page("prefect.yaml"))["deployments"] if one["name"] == "monthly"]
    (schedule,) = monthly["schedules"]
    minute, hour, days, *_ = schedule["cron"].split()
    first, last = days.split("-")
    told = f"{int(hour):02d}:{int(minute):02d} ({schedule['timezone']}) from the {first}rd to the {last}th"
    assert told in SCHEDULING


def test_the_pool_is_the_one_told() -> None:
    pools = {one["work_pool"]["name"] for one in yaml.safe_load(page("prefect.yaml"))["deployments"]}
    assert pools == {"chian"}
    assert "work-pool create chian " in SCHEDULING
