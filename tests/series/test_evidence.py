"""Evidence of pairs: distances of cells, days between spans, and what codes say; each against another computation."""

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from transforms.series.evidence import REPEATED, evidence, expected_days, pair_numbers


def cases(*rows: tuple[float, float, str, str, list[str]]) -> pl.DataFrame:
    schema = {"x": pl.Float64, "y": pl.Float64, "since": pl.Datetime("us"), "until": pl.Datetime("us"),
              "modus": pl.List(pl.String)}  # fmt: skip
    made = [(x, y, datetime.fromisoformat(a), datetime.fromisoformat(b), modus) for x, y, a, b, modus in rows]
    return pl.DataFrame(made, schema, orient="row")


NIGHT = ("2024-03-01 22:00", "2024-03-02 06:00")


def test_pairs_are_told_in_their_order() -> None:
    of = evidence(cases((0, 0, *NIGHT, []), (300, 400, *NIGHT, []), (0, 100, *NIGHT, [])))
    assert of.metres.tolist() == [500, 100, pytest.approx(np.hypot(300, 300))]
    assert [one.tolist() for one in pair_numbers(3)] == [[0, 0, 1], [1, 2, 2]]


def test_days_between_two_spans_are_those_of_moments_drawn_from_them() -> None:
    spans = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 2.0, 1.0, 5.0], [0.0, 0.25, 9.0, 9.5], [3.0, 4.0, 0.0, 10.0]])
    said = expected_days(*spans.T)
    rng = np.random.default_rng(1)
    one, other = (rng.uniform(spans[:, at], spans[:, at + 1], (200_000, 4)) for at in (0, 2))
    assert said == pytest.approx(np.abs(one - other).mean(axis=0), rel=0.01)
    assert said[0] == pytest.approx(1 / 3)


def test_a_moment_is_an_hour() -> None:
    of = evidence(
        cases((0, 0, "2024-03-01 12:00", "2024-03-01 12:00", []), (0, 0, "2024-03-03 12:00", "2024-03-03 12:00", []))
    )
    assert of.days[0] == pytest.approx(2, abs=1e-6)


def test_codes_speak_as_their_model_has_it() -> None:
    """Of simulated pairs of one hand and of two, the shares of each outcome give the ratio."""
    codes = [["a", "b"], ["a"], ["b"], ["a", "b"], [], ["b"], ["b"], ["b"]]
    of = evidence(cases(*((0, 0, *NIGHT, one) for one in codes)))
    share_a, share_b = 4 / 9, 7 / 9
    rng = np.random.default_rng(2)

    def ratio(share: float, first: bool, second: bool) -> float:
        one = rng.random(2_000_000) < share
        other = np.where(rng.random(one.size) < REPEATED, one, rng.random(one.size) < share)
        of_two = (share if first else 1 - share) * (share if second else 1 - share)
        return float(((one == first) & (other == second)).mean() / of_two)

    first, second = pair_numbers(len(codes))
    by_pair = {(i, j): value for i, j, value in zip(first.tolist(), second.tolist(), of.modus, strict=True)}
    assert by_pair[0, 3] == pytest.approx(np.log(ratio(share_a, True, True) * ratio(share_b, True, True)), abs=0.01)
    assert by_pair[1, 2] == pytest.approx(np.log(ratio(share_a, True, False) * ratio(share_b, False, True)), abs=0.01)
    assert by_pair[2, 5] == pytest.approx(np.log(ratio(share_a, False, False) * ratio(share_b, True, True)), abs=0.01)
    assert np.isnan(by_pair[0, 4])


def test_a_rare_code_in_common_says_more_than_a_frequent_one() -> None:
    codes = [["rare"], ["rare"], *[["often"]] * 40]
    of = evidence(cases(*((0, 0, *NIGHT, one) for one in codes)))
    first, second = pair_numbers(len(codes))
    assert of.modus[(first == 0) & (second == 1)] > 1.5
    assert of.modus[(first == 2) & (second == 3)] < 0.5
