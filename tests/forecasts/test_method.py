"""Column method: what is written is read back, and the catalogue says all of it in both languages."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.method import NOTES, Method, Note, note, of_model, read, told, weighed, written
from expectations.sentences import LANGUAGES, catalogue

MODELS = st.sampled_from(["seasonal_naive", "smoothing", "multilevel", "ets", "x1"])


@st.composite
def noted(draw: st.DrawFn) -> Note:
    code = draw(st.sampled_from(sorted(NOTES)))
    values = draw(st.lists(st.text(min_size=1), min_size=len(NOTES[code]), max_size=len(NOTES[code])))
    return Note(code, tuple(values), draw(st.none() | MODELS))


SHARES = st.dictionaries(MODELS, st.floats(0, 1), max_size=4)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.too_slow])  # the alphabet of all texts is drawn up once, on a busy machine
@given(SHARES, st.lists(noted(), max_size=4))
def test_what_is_written_is_read_back(shares: dict[str, float], notes: list[Note]) -> None:
    weights = tuple((model, f"{share:.2f}") for model, share in sorted(shares.items(), key=lambda one: -one[1]))
    method = Method(weights, tuple(notes))
    if not weights and not notes:
        return
    text = written(method)
    assert read(text) == method
    assert not any(c.isspace() for c in text)
    if shares:
        assert text.partition("|")[0] == weighed(shares)


@pytest.mark.parametrize(
    "prose",
    [
        "combination of multilevel 0.66, smoothing 0.34 (smoothing: 14 months of history: level without season)",
        "seasonal naive only", "every known month is 0", "equal share of north; scaled to add up to agency",
        "always", "scaled_to", "filled(1)|what else", "ets", "x", "", "failed(1)",
    ],
)  # fmt: skip
def test_what_is_not_written_so_is_shown_as_it_is(prose: str) -> None:
    assert read(prose) is None
    assert told(prose, "ko") == told(prose, "en") == prose


def test_it_is_said_in_both_languages() -> None:
    text = "multilevel=0.66;smoothing=0.34|smoothing:no_season(14)|scaled_to(11)"
    assert told(text, "en", {"11": "Dongbu"}.__getitem__) == (
        "combination of multilevel model 0.66, exponential smoothing 0.34; "
        "exponential smoothing: 14 months of history: level without season; scaled to add up to Dongbu"
    )
    assert told(text, "ko", {"11": "동부서"}.__getitem__) == (
        "모형 결합(가중치): 다수준 모형 0.66, 지수평활 0.34; "
        "지수평활 – 이력 14개월: 계절 없이 수준만; 합이 동부서와 맞도록 조정"
    )
    assert told("level_changed(2020-03,2021-05)", "en") == "level changed 2020-03, 2021-05"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", NOTES)
def test_every_code_has_a_sentence_with_its_values(code: str, lang: str) -> None:
    values = [f"value{at}" for at in range(len(NOTES[code]))]
    said = told(note(code, *values), lang)
    assert all(value in said for value in values)
    assert code == "failed" or said != note(code, *values)


def test_no_sentence_is_left_over() -> None:
    own = {code for code in catalogue() if code.startswith("method_")}
    assert own == {f"method_{code}" for code in NOTES} | {"method_combination", "method_only", "method_of_model"}


def test_notes_of_a_model_carry_its_name() -> None:
    assert of_model("ets", "filled(2)|no_season(14)") == ["ets:filled(2)", "ets:no_season(14)"]
