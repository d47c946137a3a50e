"""Data quality: what the checks found, which files were refused, which rows were rejected and why."""

from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.briefing.audience import files_of, findings_of, rejected_of
from transforms.briefing.page.material import Material
from transforms.briefing.page.numbers import answer

if TYPE_CHECKING:
    from markupsafe import Markup

FILES_TOLD = 10
ROWS = ("read", "accepted", "rejected", "superseded", "set_aside")
UNKEPT = "not success"


def quality(made_of: Material) -> dict[str, Any]:
    """Sentences of what was not as it should be, worst first, and how many rows of how many files became facts."""
    results = made_of.tables["validation_result"]
    files = files_of(made_of.tables["source_file"], made_of.agency, made_of.audience)
    rejected = made_of.tables["rejected_row"]
    broken = results.filter(~pl.col("success"))
    unkept = findings_of(broken, made_of.agency, made_of.audience).to_dicts()
    order = {"critical": 0, "warning": 1, "info": 2}
    unkept.sort(key=lambda r: (order[r["severity"]], r["table_name"], r["expectation"], r["column_name"]))
    refused = files.filter(pl.col("status") != "accepted").sort("exported_on", "name", descending=[True, False])
    return {
        "summary": _summary(made_of, results, files),
        "rows": _rows(made_of, files),
        "findings": [
            {"severity": row["severity"], "word": made_of.say(f"severity_{row['severity']}"), "text": row["sentence"]}
            for row in unkept
        ],
        "has_others": len(unkept) < broken.height,
        "refused": [
            {"name": row["name"], "status": made_of.say(f"status_{row['status']}"), "note": row["note"]}
            for row in refused.head(FILES_TOLD).to_dicts()
        ],
        "more_refused": _more(made_of, refused.height),
        "rejected": _rejected(made_of, rejected),
        "language": made_of.agency.language,
    }  # fmt: skip


def _summary(made_of: Material, results: pl.DataFrame, files: pl.DataFrame) -> "Markup":
    warned = results.filter(~pl.col("success"), pl.col("severity") == "warning").height
    refused = files.filter(pl.col("status") == "refused").height
    return made_of.say(
        "quality_summary",
        promises=answer(results.height, "select count(*) from validation_result"),
        kept=answer(results["success"].sum(), "select count(*) from validation_result where success"),
        warnings=answer(warned, f"select count(*) from validation_result where {UNKEPT} and severity = 'warning'"),
        files=answer(files.height, "select count(*) from source_file"),
        refused=answer(refused, "select count(*) from source_file where status = 'refused'"),
    )


def _rows(made_of: Material, files: pl.DataFrame) -> list[dict[str, Any]]:
    """The account of rows: read = accepted + rejected + superseded + set aside."""
    return [
        {
            "name": made_of.say(f"rows_{name}"),
            "count": answer(files[f"rows_{name}"].sum(), f"select coalesce(sum(rows_{name}), 0) from source_file"),
        }
        for name in ROWS
    ]


def _more(made_of: Material, height: int) -> "Markup | None":
    if height <= FILES_TOLD:
        return None
    query = f"select count(*) - {FILES_TOLD} from source_file where status <> 'accepted'"
    return made_of.say("more_files", count=answer(height - FILES_TOLD, query))


def _rejected(made_of: Material, rejected: pl.DataFrame) -> list[dict[str, Any]]:
    """Reasons by how many rows they cost, each with the sentence of the first row that the audience may read."""
    ordered = rejected.sort("file_id", "row_number")
    read = rejected_of(ordered, made_of.agency, made_of.audience)
    texts = dict(reversed(read.select("reason", "sentence").rows()))
    first = ordered.group_by("reason", maintain_order=True).agg(count=pl.len())
    return [
        {
            "reason": _reason(made_of, row["reason"]),
            "text": texts.get(row["reason"], "–"),
            "count": answer(row["count"], f"select count(*) from rejected_row where reason = '{row['reason']}'"),
        }
        for row in first.sort("count", "reason", descending=[True, False]).to_dicts()
    ]


def _reason(made_of: Material, code: str) -> str:
    """A reason in words; those of the register are told by their sentence."""
    return made_of.word("reason", "register" if code.startswith("register_") else code)
