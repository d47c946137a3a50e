"""Rows of a counts table that are the sum of the others: totals, whatever they are called."""

import polars as pl

from expectations.agency import UNKNOWN, Agency

ENOUGH = 2
"""Numbers beyond the first that have to add up in a month: in two columns of two districts, or in one of three."""
NUMBER = ["unit", "label", "measure"]
"""What a number is told of, beside its district."""


def sums_of_others(cells: pl.DataFrame, agency: Agency) -> pl.DataFrame:
    """Texts that name no district, and whose numbers of a month are the sums of all others', cell by cell.

    Or, as subtotals of a region stand, of the known districts that stand between it and the unknown text before or
    behind it. A known district never is one, however its numbers fall. A text that is a sum in one month is one in
    every month, unless as many months say otherwise; a blank is judged month by month.

    Args:
        cells: As of `count_cells`, without the rows known to be totals.
        agency: Whose districts they are.

    Returns:
        district, unknown ("" for a blank) and unit of those that are; unit null for all months.
    """
    parents = {d.code: d.parent for d in agency.districts}
    collecting = [d.code for d in agency.districts if d.unknown]
    found = []
    for code in sorted(set(cells.get_column("district").unique()) & set(collecting)):
        scope = code.removeprefix(f"{UNKNOWN}-")
        inside = [d for d, parent in parents.items() if parent == scope] if scope != agency.root.code else list(parents)
        found.append(_sums(cells.filter(pl.col("district").is_in(inside)), code))
    return pl.concat(found) if found else cells.select("district", "unknown", "unit").clear()


def _sums(cells: pl.DataFrame, collecting: str) -> pl.DataFrame:
    """The same among the districts of one parent, whose unknown ones are collected under a code."""
    told = cells.with_columns(pl.col("unknown").fill_null(""), is_asked=pl.col("district") == collecting)
    summed = told.group_by(*NUMBER, "district", "unknown", "is_asked").agg(
        pl.col("value").sum(), is_told=pl.col("value").is_not_null().all()
    )
    value, known = pl.col("value"), ~pl.col("is_asked")
    beside = summed.with_columns(
        others=value.sum().over(NUMBER) - value,
        known=value.filter(known).sum().over(NUMBER),
        n_others=(value > 0).sum().over(NUMBER).cast(pl.Int64) - 1,
        n_known=(value.filter(known) > 0).sum().over(NUMBER).cast(pl.Int64),
        all_told=pl.col("is_told").all().over(NUMBER),
    )
    asked = beside.filter("is_asked", "all_told").join(
        _neighbours(told), on=[*NUMBER, "district", "unknown"], how="left", nulls_equal=True
    )

    sums = ("others", "known", "before", "behind")
    equal = {of: (pl.col(of) == value).fill_null(value=False).all() for of in sums}
    evident = {of: pl.when(value > 0).then((pl.col(f"n_{of}") - 1).clip(0)).otherwise(0).sum() >= ENOUGH for of in sums}
    judged = asked.group_by("district", "unknown", "unit").agg(
        **{f"is_{of}": equal[of] & evident[of] for of in sums},
        **{f"equals_{of}": equal[of] for of in ("before", "behind")},
        is_evident=evident["known"],
    )
    # Where others are subtotals of what stands beside them, one that equals its one neighbour is, too.
    alike = [pl.col(f"equals_{of}") & pl.col(f"is_{of}").any().over("unit") for of in ("before", "behind")]
    months = judged.with_columns(is_sum=pl.any_horizontal(*(f"is_{of}" for of in sums), *alike))
    texts = (
        months.filter(pl.col("unknown") != "")
        .group_by("district", "unknown")
        .agg(agreeing=pl.col("is_sum").sum(), against=(~pl.col("is_sum") & pl.col("is_evident")).sum())
    )
    of_text = texts.filter(pl.col("agreeing") > pl.col("against")).select(
        "district", "unknown", unit=pl.lit(None, pl.Date)
    )
    blank = months.filter("is_sum", pl.col("unknown") == "").select("district", "unknown", "unit")
    return pl.concat([of_text, blank])


def _neighbours(told: pl.DataFrame) -> pl.DataFrame:
    """Of each unknown text's numbers, the sums of the known districts that stand together before and behind it.

    Rows of one number stand in the order of the file. A text that stands twice among them has no neighbours.
    """
    value = pl.col("value")
    placed = told.with_columns(block=pl.col("is_asked").cast(pl.Int64).cum_sum().over(NUMBER))
    known = placed.filter(~pl.col("is_asked"))
    blocks = known.group_by(*NUMBER, "block").agg(
        total=pl.when(pl.col("district").is_duplicated().any()).then(None).otherwise(value.sum()),
        addends=(value > 0).sum().cast(pl.Int64),
    )
    asked = (
        placed.filter("is_asked")
        .filter(~pl.struct(*NUMBER, "district", "unknown").is_duplicated())
        .select(*NUMBER, "district", "unknown", "block", previous=pl.col("block") - 1)
    )
    before = blocks.rename({"total": "before", "addends": "n_before", "block": "previous"})
    behind = blocks.rename({"total": "behind", "addends": "n_behind"})
    return (
        asked.join(before, on=[*NUMBER, "previous"], how="left", nulls_equal=True)
        .join(behind, on=[*NUMBER, "block"], how="left", nulls_equal=True)
        .drop("block", "previous")
    )
