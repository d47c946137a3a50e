"""Demonstration exports for Gwangju: generated, calibrated to published facts, the same bytes every time."""

from transforms.demonstration.exports import demonstration_exports
from transforms.demonstration.faults import Fault, planted
from transforms.demonstration.registers import demonstration_registers

__all__ = ["Fault", "demonstration_exports", "demonstration_registers", "planted"]
