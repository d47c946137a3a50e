"""What a warehouse of an earlier version knows of decisions that received.jsonl has lost since."""

from collections.abc import Sequence

import duckdb


def decisions_lost(con: duckdb.DuckDBPyConnection, said: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Lines of withdrawals and confirmations that the tables have behind those of the file, in order.

    Only where the file tells the first ones as the tables do: one that tells others is of another home.
    """
    withdrawn = con.execute(
        "select file.sha256, file.name, if(is_withdrawn, 'withdrawn_on', 'reinstated_on'), decided_on::varchar, reason "
        "from withdrawal left join received_file as file using (file_id) order by number"
    ).fetchall()
    told = [
        (one["sha256"], key, one[key], one["reason"])
        for one in said
        for key in ("withdrawn_on", "reinstated_on")
        if key in one
    ]
    lost: list[dict[str, str]] = []
    if [(sha256, key, day, why) for sha256, _, key, day, why in withdrawn[: len(told)]] == told:
        lost += [
            {"sha256": sha256, "name": name, key: day, "reason": why}
            for sha256, name, key, day, why in withdrawn[len(told) :]
            if sha256
        ]
    accepted = con.execute(
        "select month::varchar, decided_on::varchar, reason from acceptance order by number"
    ).fetchall()
    confirmed = [(one["month"], one["accepted_on"], one["reason"]) for one in said if "accepted_on" in one]
    if accepted[: len(confirmed)] == confirmed:
        lost += [{"month": month, "accepted_on": day, "reason": why} for month, day, why in accepted[len(confirmed) :]]
    return lost
