"""From finished tables to what readers open: built aside, swapped in at once, never half there.

A run builds everything in a staging folder beside the publication (`staging`), fills it (`build_strategy`,
`write_parquet`, pages) and hands it to `publish`. Whoever is killed in between leaves names beginning with
`.chian-new-` or `.chian-old-`, which `recover` finishes or removes.
"""

from flows.places.strategy_file import PublishingError
from flows.publishing.compare import tables_equal
from flows.publishing.documents import write_documents
from flows.publishing.parquet import write_parquet
from flows.publishing.publication import PublicationInfo, ToDate, published, read_publication, to_date
from flows.publishing.strategy import build_strategy
from flows.publishing.swap import Placement, Staged, is_settled, publish, recover, staging

__all__ = [
    "Placement",
    "PublicationInfo",
    "PublishingError",
    "Staged",
    "ToDate",
    "build_strategy",
    "is_settled",
    "publish",
    "published",
    "read_publication",
    "recover",
    "staging",
    "tables_equal",
    "to_date",
    "write_documents",
    "write_parquet",
]
