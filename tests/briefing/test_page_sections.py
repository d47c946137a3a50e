"""A section is one folder: what the page's list names has its module, its template and its sentences, and no other."""

import re
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

from expectations.sentences import LANGUAGES, catalogue, merged
from transforms.briefing.page.sections import SECTIONS
from transforms.briefing.page.sentences import page_sentences

PAGE = Path(str(files("transforms.briefing.page")))
PARTS = ("__init__.py", "section.py", "sentences.toml", "template.html.j2")
BESIDE = [path for path in sorted(PAGE.iterdir()) if path.suffix in (".py", ".j2")]


def named(text: str) -> list[str]:
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name})


def test_the_list_names_every_folder_and_each_is_whole() -> None:
    folders = {path.name for path in PAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(SECTIONS)
    assert [f"{name}/{part}" for name in SECTIONS for part in PARTS if not (PAGE / name / part).is_file()] == []


@pytest.mark.parametrize("name", SECTIONS)
def test_the_function_listed_is_the_folders_own(name: str) -> None:
    assert SECTIONS[name].__module__ == f"transforms.briefing.page.{name}.section"


@pytest.mark.parametrize("code", sorted(page_sentences()))
def test_a_sentence_names_the_same_values_in_both_languages(code: str) -> None:
    korean, english = (page_sentences()[code][lang] for lang in LANGUAGES)
    assert named(korean) == named(english)


def test_no_sentence_of_the_page_stands_in_the_catalogue_as_well() -> None:
    assert set(page_sentences()) & set(catalogue()) == set()


@pytest.mark.parametrize("name", SECTIONS)
def test_a_sections_sentences_are_said_in_its_folder(name: str) -> None:
    """Each code stands there as it is, or begins with a word there that makes codes: `span_` for the spans."""
    text = _text([path for path in (PAGE / name).iterdir() if path.suffix in (".py", ".j2")])
    assert _unsaid(merged([PAGE / name / "sentences.toml"]), text) == []


def test_sentences_beside_the_sections_are_said_by_several_or_by_the_page() -> None:
    every = {name: _text([p for p in (PAGE / name).iterdir() if p.suffix in (".py", ".j2")]) for name in SECTIONS}
    left = _unsaid(merged([PAGE / "sentences.toml"]), _text(BESIDE))
    assert [code for code in left if sum(not _unsaid([code], text) for text in every.values()) < 2] == []


def test_a_sentence_that_lacks_a_language_or_stands_twice_is_refused(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text('[a]\nko = "가"\nen = "a"\n', "utf-8")
    two.write_text('[b]\nko = "나"\n', "utf-8")
    with pytest.raises(ValueError, match=r"two\.toml: 'b' stands twice or lacks one of ko, en"):
        merged([one, two])
    two.write_text('[a]\nko = "나"\nen = "b"\n', "utf-8")
    with pytest.raises(ValueError, match=r"two\.toml: 'a' stands twice"):
        merged([two, one])


def _text(paths: list[Path]) -> str:
    return "".join(path.read_text("utf-8") for path in paths)


def _unsaid(codes: Iterable[str], text: str) -> list[str]:
    whole = set(re.findall(r"[\"'](\w+)[\"']", text))
    starts = tuple(set(re.findall(r"[\"'](\w+_)[\"'{]", text)) | {f"{kind}_" for kind in _kinds(text)})
    return [code for code in codes if code not in whole and not code.startswith(starts)]


def _kinds(text: str) -> set[str]:
    """First words of codes that name what tables hold: `word("reason", …)`."""
    return set(re.findall(r"word\(\s*\"(\w+)\"", text))
