"""Every reason the reader can give has its sentence, in both languages, naming the same values."""

import re
import tomllib
from pathlib import Path

import pytest

import transforms.exports
from expectations.sentences import catalogue

SENTENCES = tomllib.loads((Path(__file__).parents[2] / "expectations/sentences/exports.toml").read_text("utf-8"))
CODE = "".join(p.read_text("utf-8") for p in Path(transforms.exports.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_name_the_same_values_and_the_file(code: str) -> None:
    named = {lang: set(re.findall(r"\{(\w+)", text)) for lang, text in SENTENCES[code].items()}
    assert named["ko"] == named["en"]
    assert "file" in named["ko"]


def test_catalogue_and_code_agree() -> None:
    used = set(re.findall(r'(?:ExportRefused|Refusal|Fault|Note|_refusal)\(\s*(?:\w+, )*"(\w+)"', CODE))
    used |= set(re.findall(r'"(note_\w+|\w+_archive|archive_\w+|\w+_character|field_count|file_too_\w+)"', CODE))
    # With a report, which only flows/ writes.
    used.add("unreadable_reported")
    assert used - set(catalogue()) == set()
    assert set(SENTENCES) - used == set()
