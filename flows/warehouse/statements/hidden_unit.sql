-- One row per source, file, unit and month that a newer delivery hides, with the file its rows are stored under and the one
-- that the rows counted now are stored under (none where the owner has none), of files and months of which any unit differs.
-- Months whose loss was confirmed from an as-of day on are left out as far as they had been delivered by then.
-- Reads covering_unit and owned_unit.
CREATE OR REPLACE TEMP TABLE hidden_unit AS
WITH confirmed AS (
    SELECT month, max(decided_on) AS decided_on
    FROM acceptance
    WHERE decided_on <= $as_of
    GROUP BY month
),
owner AS (
    SELECT owned.source, owned.part, owned.unit, owned.file_id, max(covering.exported_on) AS exported_on
    FROM owned_unit AS owned
    JOIN covering_unit AS covering
        ON covering.file_id = owned.file_id AND covering.part = owned.part AND covering.unit = owned.unit
    WHERE owned.kind <> 'crime_year'
    GROUP BY ALL
),
pair AS (
    SELECT DISTINCT
        covering.source, covering.kind, covering.file_id AS hidden, covering.unit, held.month,
        held.stored_in AS hidden_in, owner.file_id AS owner, standing.stored_in AS owner_in
    FROM covering_unit AS covering
    JOIN owner ON owner.source = covering.source AND owner.part = covering.part AND owner.unit = covering.unit
    JOIN file_unit AS held ON held.file_id = covering.file_id AND held.unit = covering.unit
    LEFT JOIN file_unit AS standing
        ON standing.file_id = owner.file_id AND standing.unit = held.unit AND standing.month = held.month
    LEFT JOIN confirmed ON confirmed.month = held.month
    WHERE covering.file_id <> owner.file_id AND coalesce(owner.exported_on > confirmed.decided_on, true)
)
FROM pair
QUALIFY bool_or(hidden_in IS DISTINCT FROM owner_in) OVER (PARTITION BY source, hidden, month)
