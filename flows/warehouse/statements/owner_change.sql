-- One row per source, part, unit, month and export day on which the rows counted for the unit changed:
-- the file they are stored under since, and the one before; empty where a file has no rows for the unit.
-- The same rule as owned_unit, asked for every export day up to the as-of day. Reads covering_unit.
CREATE OR REPLACE TEMP TABLE owner_change AS
WITH owner AS (
    SELECT source, part, unit, exported_on, file_id
    FROM covering_unit
    WHERE kind IN ('crime', 'crime_count')
    QUALIFY (is_whole OR NOT bool_or(is_whole) OVER (PARTITION BY source, part, unit ORDER BY exported_on))
        AND row_number() OVER (PARTITION BY source, part, unit, exported_on ORDER BY is_whole DESC, seen DESC, sha256 DESC) = 1
),
told AS (
    SELECT DISTINCT covering.source, covering.part, held.unit, held.month
    FROM file_unit AS held
    JOIN (SELECT DISTINCT source, part, file_id FROM covering_unit) AS covering ON covering.file_id = held.file_id
),
stored AS (
    SELECT
        told.source,
        told.part,
        told.unit,
        told.month,
        owner.exported_on,
        held.stored_in,
        lag(held.stored_in) OVER (
            PARTITION BY told.source, told.part, told.unit, told.month ORDER BY owner.exported_on
        ) AS stored_before
    FROM owner
    JOIN told ON told.source = owner.source AND told.part = owner.part AND told.unit = owner.unit
    LEFT JOIN file_unit AS held
        ON held.file_id = owner.file_id AND held.unit = told.unit AND held.month = told.month
)
FROM stored
WHERE stored_in IS DISTINCT FROM stored_before
