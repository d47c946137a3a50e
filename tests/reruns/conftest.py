"""Homes that runs are made in."""

from tests.flows.conftest import new_town

__all__ = ["new_town"]
