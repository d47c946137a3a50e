-- One row per source, district, crime type, month and export day on which the month's count differed from the one before.
-- Reads owner_change, core_district and revision_type (the agency's crime types).
WITH RECURSIVE climb (district, ancestor, parent) AS (
    SELECT district, district, parent
    FROM core_district
    UNION ALL
    SELECT climb.district, above.district, above.parent
    FROM climb
    JOIN core_district AS above ON above.district = climb.parent
),
counted AS (
    SELECT file_id, unit, month, district, crime_type, sum(incidents) AS incidents, false AS is_unknown
    FROM raw_crime GROUP BY ALL
    UNION ALL
    SELECT file_id, unit, month, district, crime_type, sum(incidents), bool_or(incidents IS NULL AND cleared IS NULL)
    FROM raw_crime_count GROUP BY ALL
),
-- What a unit's new rows add, and what the rows they replace take away.
step AS (
    SELECT source, month, exported_on, unit, stored_in AS file_id, 1 AS sign FROM owner_change WHERE stored_in IS NOT NULL
    UNION ALL
    SELECT source, month, exported_on, unit, stored_before, -1 FROM owner_change WHERE stored_before IS NOT NULL
),
changed AS (
    SELECT
        step.source,
        climb.ancestor AS district,
        counted.crime_type,
        step.month,
        step.exported_on,
        sum(step.sign * counted.incidents) AS change,
        -- An export that leaves a count empty does not say that it fell: that day tells nothing.
        bool_or(step.sign = 1 AND counted.is_unknown) AS is_unknown
    FROM step
    JOIN counted ON counted.file_id = step.file_id AND counted.unit = step.unit AND counted.month = step.month
    JOIN revision_type ON revision_type.code = counted.crime_type
    JOIN climb ON climb.district = counted.district
    GROUP BY ALL
    HAVING change <> 0
)
SELECT
    changed.source,
    changed.district,
    known.district_name,
    known.level,
    known.parent,
    changed.crime_type,
    changed.month,
    changed.exported_on,
    (sum(changed.change) OVER (
        PARTITION BY changed.source, changed.district, changed.crime_type, changed.month ORDER BY changed.exported_on
    ))::BIGINT AS incidents
FROM changed
JOIN core_district AS known ON known.district = changed.district
QUALIFY NOT changed.is_unknown
ORDER BY changed.source, changed.district, changed.crime_type, changed.month, changed.exported_on
