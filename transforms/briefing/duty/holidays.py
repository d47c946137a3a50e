"""Public holidays, which tables name in English, as readers call them."""

from expectations.sentences import catalogue, sentence

_PARTS = {
    "Alternative holiday for ": "holiday_alternative",
    "The day preceding ": "holiday_preceding",
    "The second day of ": "holiday_second",
}


def holiday_name(name: str, lang: str) -> str:
    """A holiday in the reader's language; one that has no Korean name is a public holiday."""
    return name if lang != "ko" else "·".join(_korean(part) for part in name.split("; "))


def _korean(name: str) -> str:
    for start, code in _PARTS.items():
        if name.startswith(start):
            return sentence(code, "ko", day=_korean(name.removeprefix(start)))
    slug = "".join(letter if letter.isalnum() else "_" for letter in name.casefold().replace("'", ""))
    code = f"holiday_{slug}"
    return sentence(code if code in catalogue() else "holiday_other", "ko")
