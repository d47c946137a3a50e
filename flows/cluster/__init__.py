"""Other processes, of this machine or of others, that work is handed to through Dask."""

from flows.cluster.connection import Cluster, cluster, lent

__all__ = ["Cluster", "cluster", "lent"]
