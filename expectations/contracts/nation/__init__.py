"""Contracts of what headquarters make of their agencies' publications: the nation's sums, outlook and funnel plots."""
