import pytest

from expectations.sentences.particles import with_particles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("절도은(는)", "절도는"), ("폭력은(는)", "폭력은"), ("폭력이(가)", "폭력이"), ("절도이(가)", "절도가"),
        ("경찰서을(를)", "경찰서를"), ("지구대과(와)", "지구대와"), ("광주청과(와)", "광주청과"),
        ("서울(으)로", "서울로"), ("부산(으)로", "부산으로"), ("동부(으)로", "동부로"),
        ("<b>절도</b>이(가)", "<b>절도</b>가"), ("3은(는)", "3은"), ("2은(는)", "2는"), ("10을(를)", "10을"),
        ("1(으)로", "1로"), ("Theft은(는)", "Theft은(는)"), ("가는 은(는)", "가는 은(는)"),
    ],
)  # fmt: skip
def test_particles_follow_the_sound_before_them(text: str, expected: str) -> None:
    assert with_particles(text) == expected
