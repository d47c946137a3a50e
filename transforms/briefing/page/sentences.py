"""What the page says, in both languages: each section's sentences lie in its folder, those of several beside them."""

from functools import cache
from importlib.resources import files

from expectations.sentences import merged

SENTENCES = "sentences.toml"


@cache
def page_sentences() -> dict[str, dict[str, str]]:
    """The page's own sentences by code, then language; what is said elsewhere, too, stands in the catalogue.

    Raises:
        ValueError: A code stands in two files or lacks a language.
    """
    page = files("transforms.briefing.page")
    folders = [page, *(one for one in page.iterdir() if one.is_dir())]
    return merged(path for folder in folders if (path := folder / SENTENCES).is_file())
