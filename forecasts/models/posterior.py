"""Exact posterior of a two-level Gaussian process: curves of districts around one curve of their city."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Posterior:
    """What the data say of z_it = c_t + d_it + ε_it, solved in closed form in S·T³ steps instead of (S·T)³.

    M = blockdiag(A_i) + 1 ⊗ K_c is the covariance of all data, A_i = K_i + diag(noise_i); by Woodbury's identity
    M⁻¹ = blockdiag(A_i⁻¹) − A⁻¹ W A⁻¹ with W = (K_c⁻¹ + Σ A_i⁻¹)⁻¹. Unknown data have zero rows in A_i⁻¹: they are
    left out, not guessed.

    Attributes:
        inverse: A_i⁻¹ (S, T, T).
        total: B = Σ A_i⁻¹ (T, T).
        root: U with W = U Uᵀ (T, T), the posterior covariance of the city's curve.
        city: β, so that the city's expected curve is K_c β (T).
        own: α_i, so that the districts' expected curves are K_i α_i (S, T).

    Reference: Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, 2.2 and A.3.
    """

    inverse: np.ndarray
    total: np.ndarray
    root: np.ndarray
    city: np.ndarray
    own: np.ndarray

    @cached_property
    def spread(self) -> np.ndarray:
        """A_i⁻¹ U (S, T, T): what the city's curve takes from M⁻¹ is this times its transpose."""
        return self.inverse @ self.root

    def leverages(self, districts: np.ndarray) -> np.ndarray:
        """Diagonal of M⁻¹, of these districts: 0 where unknown, near 1/noise where the data had little to say."""
        if len(districts) == len(self.inverse):
            inverse, spread = self.inverse, self.spread
        else:
            inverse = self.inverse[districts]
            spread = inverse @ self.root
        return np.diagonal(inverse, axis1=1, axis2=2) - np.einsum("stu,stu->st", spread, spread)

    def city_leverages(self) -> np.ndarray:
        """Diagonal of B − B W B (T)."""
        spread = self.total @ self.root
        return np.diagonal(self.total) - np.sum(spread**2, axis=1)

    def predict(
        self, city_cross: np.ndarray, own_cross: np.ndarray, city_prior: np.ndarray, own_prior: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Means, variances and the covariance two districts share, of c + d_i at H target months, noise left out.

        Args:
            city_cross: K_c between target and data months (H, T).
            own_cross: K_i between target and data months (H, T), or (S, H, T) where districts differ.
            city_prior: prior variances of c at the targets (H).
            own_prior: prior variances of d_i at the targets (H), or (S, H).

        Returns:
            means (S, H), variances (S, H), and the mean covariance of two different districts (H).
        """
        own_cross = np.broadcast_to(own_cross, (len(self.own), *own_cross.shape[-2:]))
        mean = self.city @ city_cross.T + np.einsum("sht,st->sh", own_cross, self.own)
        weighed = own_cross @ self.inverse
        of_city = city_cross @ self.total
        explained = np.einsum("ht,ht->h", of_city, city_cross)
        mixed = np.einsum("ht,sht->sh", city_cross, weighed)
        alone = np.einsum("sht,sht->sh", own_cross, weighed)
        known = (of_city + weighed) @ self.root
        variance = city_prior + own_prior - explained - 2 * mixed - alone + np.sum(known**2, axis=2)
        districts = len(self.own)
        if districts == 1:
            return mean, variance, np.zeros(len(city_prior))
        # Σ over pairs i ≠ j of q_iᵀ W q_j is |Σ q_iᵀ U|² less the pairs i = i.
        pairs = (np.sum(known.sum(axis=0) ** 2, axis=1) - np.sum(known**2, axis=(0, 2))) / (districts * (districts - 1))
        shared = city_prior - explained - 2 * mixed.mean(axis=0) + pairs
        return mean, variance, shared


def posterior(data: np.ndarray, noise: np.ndarray, city: np.ndarray, own: np.ndarray) -> Posterior:
    """Solve for the curves.

    Args:
        data: z (S, T), NaN where unknown.
        noise: variances of ε (S, T), above 0.
        city: K_c (T, T), positive definite.
        own: K_i (T, T), or (S, T, T) where districts differ, positive semidefinite.
    """
    from scipy.linalg.lapack import dtrtrs

    known = ~np.isnan(data)
    inverse = np.empty((*data.shape, data.shape[1]))
    inverse[...] = own
    whole = bool(known.all())
    if not whole:
        both = known[:, :, None] & known[:, None, :]
        inverse[~both] = 0.0
    _invert(inverse, np.where(known, noise, 1.0))
    if not whole:
        inverse[~both] = 0.0
    total = inverse.sum(axis=0)
    lower = np.linalg.cholesky(city)
    inner = np.linalg.cholesky(np.eye(len(city)) + lower.T @ total @ lower)
    root = dtrtrs(inner, lower.T, lower=1)[0].T
    weighed = (inverse @ np.where(known, data, 0.0)[:, :, None]).sum(axis=0)[:, 0]
    curve = root @ (root.T @ weighed)
    return Posterior(
        inverse=inverse,
        total=total,
        root=root,
        city=weighed - total @ curve,
        own=(inverse @ np.where(known, data - curve, 0.0)[:, :, None])[:, :, 0],
    )


def _invert(matrices: np.ndarray, more: np.ndarray) -> None:
    """Add to the diagonals (S, T) of symmetric matrices (S, T, T), and put their inverses in their place.

    By Cholesky factors: a third of the work of a general inverse.
    """
    from scipy.linalg.lapack import dpotrf, dpotri

    size = matrices.shape[-1]
    below = np.tri(size, k=-1, dtype=bool)
    np.einsum("sii->si", matrices)[...] += more
    for matrix in matrices:
        # The transpose of a symmetric matrix is itself, and laid out as LAPACK wants it: nothing is copied.
        factor, failed = dpotrf(matrix.T, lower=1, clean=0, overwrite_a=1)
        if failed:
            raise np.linalg.LinAlgError("a district's covariance is not positive definite")
        dpotri(factor, lower=1, overwrite_c=1)
        # LAPACK has written one half, the upper one as numpy sees it.
        np.copyto(matrix, matrix.T, where=below)
