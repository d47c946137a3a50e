"""Knox's table: pairs of crimes near each other in place and time, and how many shuffled days would give.

E. G. Knox (1964), The detection of space-time interactions, Applied Statistics 13:25; permutations of dates as in S. D.
Johnson et al. (2007), Space-time patterns of risk, Journal of Quantitative Criminology 23:201.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PERMUTATIONS = 999
MOST_PAIRS = 30_000
"""Pairs of a distance band that the permutations look at: of more, so many drawn by chance."""
_AT_ONCE = 111
"""Permutations carried side by side."""
_ROWS = 2_040
"""Pairs looked at together: a multiple of `_COUNTED`, small enough for the processor's own memory."""
_COUNTED = 255
"""Yes or no of so many pairs add up within a byte."""
_LOOKED_UP = 1_000_000
"""Crimes of neighbouring places looked up together."""

Whole = NDArray[np.int64]
Reals = NDArray[np.float64]
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Knox:
    """What `knox` found; a row a distance band, a column a span of days.

    Attributes:
        observed: Pairs.
        expected: Pairs if days were given to crimes by chance, the mean over all permutations: pairs that near times
            pairs that soon, over all pairs.
        p_value: (1 + permutations with as many pairs) / (1 + permutations).
    """

    observed: Whole
    expected: Reals
    p_value: Reals


@dataclass(frozen=True)
class _Pairs:
    """Crimes in order of place and day, and pairs of places near each other, each with itself among them.

    Attributes:
        day: Day of each crime.
        place: Number of the place of each.
        start: First crime of each place.
        size: Crimes of each place.
        one: First place of each pair of places, with no fewer crimes than the other.
        other: Second place.
        band: Number of the distance band they are in.
    """

    day: Whole
    place: Whole
    start: Whole
    size: Whole
    one: Whole
    other: Whole
    band: Whole

    @property
    def weight(self) -> Whole:
        """Pairs of crimes that each pair of places stands for."""
        one, other = self.size[self.one], self.size[self.other]
        return np.where(self.one == self.other, one * (one - 1) // 2, one * other)


def knox(x: Reals, y: Reals, day: Whole, metres: tuple[int, ...], spans: Spans, seed: int) -> Knox:
    """Observed and expected pairs by distance band and span of days, and how likely so many are by chance.

    Crimes of one place are looked up together, so thousands in one cell cost no more than they are. Permutations look
    at no more than `MOST_PAIRS` pairs of a band, drawn whatever their days: their p is as right as that of all pairs,
    and only a little less sharp.

    Args:
        x: Metres east of each crime, or of its cell's corner.
        y: Metres north.
        day: Day of each, a number.
        metres: Longest distance of each band, rounded up to whole metres, ascending from 0, which is the same place.
        spans: Fewest and most days between the two of a pair.
        seed: Of chance.
    """
    pairs = _pairs(x, y, day, metres)
    limits = sorted({limit for few, most in spans for limit in (few - 1, most) if limit >= 0})
    near = np.bincount(pairs.band, pairs.weight, len(metres))
    soon = _soon(pairs.day, limits)
    every = len(day) * (len(day) - 1) / 2
    observed = _spanned(_within(pairs, limits, len(metres)), limits, spans)
    expected = near[:, None] * _spanned(soon[None, :], limits, spans) / every
    rng = np.random.default_rng(seed)
    drawn = [_drawn(pairs, band, rng) for band in range(len(metres))]
    return Knox(observed, expected, _p_values(pairs.day, drawn, limits, spans, rng))


def _pairs(x: Reals, y: Reals, day: Whole, metres: tuple[int, ...]) -> _Pairs:
    places, place = np.unique(np.column_stack([x, y]), axis=0, return_inverse=True)
    place = place.reshape(-1)
    order = np.lexsort((day, place))
    size = np.bincount(place, minlength=len(places))
    from scipy.spatial import cKDTree  # here, because pages read this module's lengths alone

    apart = cKDTree(places).query_pairs(metres[-1] + 1e-6, output_type="ndarray")
    # A tree hands its pairs out in no order that is promised.
    apart = apart[np.lexsort((apart[:, 1], apart[:, 0]))]
    distance = np.ceil(np.hypot(*(places[apart[:, 0]] - places[apart[:, 1]]).T) - 1e-6)
    itself = np.arange(len(places))
    one, other = np.concatenate([apart[:, 0], itself]), np.concatenate([apart[:, 1], itself])
    band = np.concatenate([np.searchsorted(metres, distance), np.zeros(len(places), int)])
    swapped = size[one] < size[other]
    return _Pairs(
        day=day[order],
        place=place[order],
        start=np.cumsum(size) - size,
        size=size,
        one=np.where(swapped, other, one),
        other=np.where(swapped, one, other),
        band=band,
    )


def _within(pairs: _Pairs, limits: list[int], bands: int) -> Reals:
    """Pairs of crimes no more than each limit of days apart, by distance band.

    Every crime of the one place looks up how many the other has around its day.
    """
    found = np.zeros((bands, len(limits)))
    since = pairs.day - pairs.day.min()
    stride = int(since.max()) + 2 * limits[-1] + 2
    key = pairs.place * stride + since
    ends = np.cumsum(pairs.size[pairs.other])
    for first in range(0, int(ends[-1]), _LOOKED_UP):
        number = np.arange(first, min(first + _LOOKED_UP, int(ends[-1])))
        group = np.searchsorted(ends, number, side="right")
        size = pairs.size[pairs.other[group]]
        crime = pairs.start[pairs.other[group]] + number - (ends[group] - size)
        middle = pairs.one[group] * stride + since[crime]
        is_itself = pairs.one[group] == pairs.other[group]
        for at, limit in enumerate(limits):
            around = np.searchsorted(key, middle + limit, side="right") - np.searchsorted(key, middle - limit)
            counted = np.where(is_itself, (around - 1) / 2, around)
            found[:, at] += np.bincount(pairs.band[group], counted, bands)
    return found


def _soon(day: Whole, limits: list[int]) -> Reals:
    """Of all pairs, those no more than each limit of days apart."""
    ordered = np.sort(day)
    around = [np.searchsorted(ordered, ordered + n, "right") - np.searchsorted(ordered, ordered - n) for n in limits]
    return np.array([(one - 1).sum() / 2 for one in around])


def _spanned(within: Reals, limits: list[int], spans: Spans) -> Whole:
    """Counts up to each limit → counts from the fewest days of each span to the most."""
    columns = [
        within[:, limits.index(most)] - (within[:, limits.index(few - 1)] if few > 0 else 0) for few, most in spans
    ]
    return np.rint(np.stack(columns, axis=1)).astype(np.int64)


def _drawn(pairs: _Pairs, band: int, rng: np.random.Generator) -> tuple[Whole, Whole]:
    """Both crimes of each pair of a band, or of `MOST_PAIRS` drawn from more of them."""
    of_band = np.flatnonzero(pairs.band == band)
    ends = np.cumsum(pairs.weight[of_band])
    total = int(ends[-1]) if len(ends) else 0
    number = np.arange(total) if total <= MOST_PAIRS else np.sort(rng.integers(total, size=MOST_PAIRS))
    group = of_band[np.searchsorted(ends, number, side="right")]
    rest = number - (ends - pairs.weight[of_band])[np.searchsorted(ends, number, side="right")]
    one, other = pairs.one[group], pairs.other[group]
    # Pairs within a place are counted along the triangle below its diagonal.
    row = ((1 + np.sqrt(1 + 8.0 * rest)) // 2).astype(np.int64)
    is_itself = one == other
    size = pairs.size[other]
    first = np.where(is_itself, row, rest // size)
    second = np.where(is_itself, rest - row * (row - 1) // 2, rest % size)
    return pairs.start[one] + first, pairs.start[other] + second


def _p_values(
    day: Whole,
    drawn: list[tuple[Whole, Whole]],
    limits: list[int],
    spans: Spans,
    rng: np.random.Generator,
) -> Reals:
    since = (day - day.min()).astype(np.int16)
    real = _spanned(_counted(since[:, None], drawn, limits)[:, :, 0], limits, spans)
    reached = np.zeros(real.shape, int)
    for begin in range(0, PERMUTATIONS, _AT_ONCE):
        several = min(_AT_ONCE, PERMUTATIONS - begin)
        shuffled = rng.permuted(np.tile(since, (several, 1)), axis=1)
        counts = _counted(np.ascontiguousarray(shuffled.T), drawn, limits)
        for one in range(several):
            reached += _spanned(counts[:, :, one], limits, spans) >= real
    return np.asarray((1 + reached) / (1 + PERMUTATIONS))


def _counted(days: NDArray[np.int16], drawn: list[tuple[Whole, Whole]], limits: list[int]) -> Reals:
    """Pairs no more than each limit of days apart: by band, limit and permutation, the columns of `days`."""
    found = np.zeros((len(drawn), len(limits), days.shape[1]))
    for band, (one, other) in enumerate(drawn):
        for begin in range(0, len(one), _ROWS):
            rows = slice(begin, begin + _ROWS)
            apart = np.abs(np.take(days, one[rows], axis=0) - np.take(days, other[rows], axis=0))
            for at, limit in enumerate(limits):
                found[band, at] += _number_true(apart <= limit)
    return found


def _number_true(yes: NDArray[np.bool_]) -> Whole:
    """How many of each column are true; added up a byte at a time, which is several times as fast as `sum`."""
    sums = np.add.reduceat(yes.view(np.uint8), np.arange(0, len(yes), _COUNTED), axis=0, dtype=np.uint8)
    return np.asarray(sums.sum(axis=0, dtype=np.int64))
