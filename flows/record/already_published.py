"""Whether what a run would publish is published already: then nothing has to be computed again."""

import polars as pl

from flows.places.home import Home
from flows.publishing import Placement, history
from flows.publishing.publication import opened, read_publication
from flows.record.identity import Identity
from flows.warehouse import Warehouse


def already_published(warehouse: Warehouse, home: Home, identity: Identity) -> Placement | None:
    """The publication, where a run of this id was made by this very program and every file of it is as it was.

    What decides are contents, never dates: what the run sees, the program and the packages beside it, and the bytes of
    what is published. A damaged publication does not count, and is made again.
    """
    if not _made_before(warehouse, identity):
        return None
    entry = history.intact(home, identity.run_id)
    if entry is None:
        return None
    info = read_publication(home.strategy)
    return Placement("publication", False, home.published / info.folder, home.strategy, info)


def warnings_and_outlook(placement: Placement) -> tuple[list[str], pl.DataFrame]:
    """What a run says at its end of a publication that stands: its warnings' sentences, and table `outlook`."""
    with opened(placement.strategy) as con:
        warned = con.execute(
            "select sentence from validation_result where severity = 'warning' and not success "
            "order by table_name, expectation, column_name"
        ).fetchall()
        return [sentence for (sentence,) in warned], con.sql("from outlook").pl()


def _made_before(warehouse: Warehouse, identity: Identity) -> bool:
    """Whether such a run got through: with the same files left alone, which its report names, and the same code."""
    like = pl.struct("run_id", "code_hash", "inputs") == pl.struct(
        run_id=pl.lit(identity.run_id), code_hash=pl.lit(identity.code_hash), inputs=pl.lit(identity.inputs)
    )
    return not warehouse.runs().filter(like & (pl.col("status") == "published")).is_empty()
