"""Contracts of where units are sent and why: what is known of areas, where crimes exceed it, and what deployments did."""
