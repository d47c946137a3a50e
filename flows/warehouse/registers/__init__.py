"""The units' registers in the warehouse: each file whole; of each list the newest by the as-of day stands."""

from flows.warehouse.registers.delivered import remember_deliveries
from flows.warehouse.registers.entries import Standing, register_deliveries, standing_register
from flows.warehouse.registers.storing import store_register

__all__ = ["Standing", "register_deliveries", "remember_deliveries", "standing_register", "store_register"]
