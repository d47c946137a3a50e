"""Gaussian kernel densities of a study area."""

import numpy as np

from forecasts.places.area import StudyArea, Vector

REACH = 4.0
"""Bandwidths after which a kernel ends: 6 crimes in 100,000 lie beyond."""


def smoothed(squares: Vector, area: StudyArea, bandwidth: float) -> Vector:
    """A vector of squares spread by a Gaussian kernel, added up by cell; what falls outside the cells is lost.

    A square's crimes are spread as if each lay in its centre; what a square receives is the kernel's integral over it,
    so that squares as wide as the bandwidth are right, too. In two dimensions a Gaussian is the product of its
    one-dimensional ones: rows are spread, then columns.

    Reference: Silverman (1986), Density Estimation for Statistics and Data Analysis, section 4.2.

    Args:
        squares: one number each.
        area: of them.
        bandwidth: standard deviation of the kernel, metres.
    """
    from scipy.ndimage import correlate1d

    weights = kernel(bandwidth / area.fine_metres)
    raster = area.raster_of(squares)
    for axis in (0, 1):
        raster = correlate1d(raster, weights, axis=axis, mode="constant")
    return area.cells_of_raster(raster)


def kernel(bandwidth: float) -> Vector:
    """Integrals of a normal density over intervals of length 1 around its middle, to `REACH`; they add up to 1."""
    from scipy.special import ndtr

    reach = max(int(np.ceil(REACH * bandwidth)), 1)
    edges = np.arange(-reach, reach + 2) - 0.5
    weights = np.diff(ndtr(edges / bandwidth))
    return np.asarray(weights / weights.sum())
