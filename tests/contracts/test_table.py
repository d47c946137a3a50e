"""What a column says in two languages stays together when some of its promise is changed for one table."""

import pytest

from expectations.contracts import TABLES
from expectations.contracts.table import Column, Text, Word
from expectations.signals import SIGNALS

WAY = Column(
    "way", "VARCHAR", "방향", "Where it goes.", description_ko="어디로 가는지.",
    words=(Word("up", "증가", "up"), Word("down", "감소", "down")),
)  # fmt: skip


def test_the_values_allowed_are_those_that_have_words():
    assert WAY.allowed == ("up", "down")
    assert WAY.in_words("ko") == {"up": "증가", "down": "감소"}
    assert WAY.in_words("en") == {"up": "up", "down": "down"}
    with pytest.raises(ValueError, match="column way allows up, but has words of up, down"):
        Column("way", "VARCHAR", "방향", "Where it goes.", allowed=("up",), words=WAY.words)


def test_a_changed_description_or_set_of_values_leaves_nothing_behind_of_the_one_before():
    assert WAY.but(nullable=True).told("ko") == "어디로 가는지."
    assert WAY.but(description="Way.").told("ko") == "Way."
    assert WAY.but(description="Way.", description_ko="길.").told("ko") == "길."
    assert WAY.but(allowed=("left",)).words == ()
    assert WAY.but(words=WAY.words[:1]).allowed == ("up",)


def test_a_sentence_without_korean_is_told_in_english():
    assert Text("Ask first.").told("ko") == Text("Ask first.", "먼저 물으십시오.").told("en") == "Ask first."
    assert Text("Ask first.", "먼저 물으십시오.").told("ko") == "먼저 물으십시오."


def test_the_signals_that_have_words_are_those_that_are_given():
    assert TABLES["outlook"].column("signal").allowed == ("none", *SIGNALS)
    assert TABLES["signal_budget"].column("signal").allowed == SIGNALS
