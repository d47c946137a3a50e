"""The feedback guard: a head start is forgotten, unless what police find themselves is let in."""

from benchmarks.deployment.feedback_guard import AREAS, simulated


def test_a_head_start_is_forgotten_unless_what_police_find_is_let_in() -> None:
    guarded, unguarded = simulated(25, 7), simulated(25, 7, found=0.5)
    assert guarded.first > 3 / AREAS, "the head start is there"
    assert guarded.holds, f"{guarded.last:.4f} ± {guarded.standard_error:.4f}"
    assert not unguarded.holds
    assert unguarded.last > 3 / AREAS, "patrols find what sends them there again"
