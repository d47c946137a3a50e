"""Tables for readers outside the agency: small counts hidden, and with them what would give them away."""

from transforms.release.attack import Bounds, attack
from transforms.release.release import Release, release
from transforms.release.sums import Sum, sums_of
from transforms.release.suppression import protect

__all__ = ["Bounds", "Release", "Sum", "attack", "protect", "release", "sums_of"]
