"""Commands that only read answer at once, because they never import what takes seconds to import."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
HEAVY = ("prefect", "great_expectations", "statsmodels", "prophet", "cmdstanpy", "pandas", "scipy")
PROGRAM = """
import json, os, sys
from flows.cli import main
sys.argv = ["chian", *json.loads(sys.argv[1])]
try:
    main()
except SystemExit as ended:
    status = ended.code or 0
print("\\n" + json.dumps([status, sorted({name.split(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize(
    "words",
    [
        ["--help"], ["run", "--help"], ["query", "select month, generated from publication"], ["tables"],
        ["tables", "crime_month"], ["status"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_light_commands_import_nothing_heavy(home, words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(words)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "CHIAN_HOME": str(home.root), "CHIAN_LANG": "en"},
    )
    status, modules = json.loads(done.stdout.strip().splitlines()[-1])
    assert status == 0, done.stderr
    assert sorted(set(HEAVY) & set(modules)) == []
