"""What a district is called for short: the name people type when they ask for it."""

from collections import Counter
from collections.abc import Sequence

from expectations.agency.parts import District


def short_names(districts: Sequence[District]) -> dict[str, str]:
    """By district code, the shortest of its other names that is a part of its name; else the name.

    A name that another district has, too, is nobody's short name. Other names that are no part of the whole one are how
    exports of some year write it, not how people do.
    """
    named = Counter(name for one in districts for name in {one.code, one.name, *one.aliases})
    return {
        one.code: min((a for a in one.aliases if a in one.name and named[a] == 1), key=len, default=one.name)
        for one in districts
    }
