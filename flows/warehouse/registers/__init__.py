"""The units' registers in the warehouse: each file whole; of each list the newest by the as-of day stands."""

from flows.warehouse.registers.delivered import enter_days, remember_deliveries
from flows.warehouse.registers.entries import Standing, register_deliveries, standing_register

__all__ = ["Standing", "enter_days", "register_deliveries", "remember_deliveries", "standing_register"]
