"""The nation's own tables, in the order readers see: those of the agencies are every published one."""

from expectations.contracts.nation.added import ADDED
from expectations.contracts.nation.nation import NATION
from expectations.contracts.nation.nation_agency import NATION_AGENCY
from expectations.contracts.nation.nation_funnel import NATION_FUNNEL
from expectations.contracts.nation.nation_outlook import NATION_OUTLOOK

OF_THE_NATION = (NATION, NATION_AGENCY, NATION_OUTLOOK, NATION_FUNNEL)
"""Made for headquarters alone."""
NATIONAL = (*OF_THE_NATION, *(of.nation for of in ADDED))
"""With the agencies' counts added up."""
