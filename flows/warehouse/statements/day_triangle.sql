-- One row per crime type, day and export day on which that day had been delivered whole, in every part: the crimes of the day,
-- of all districts, as seen then. Up to the first export at least $days after the day; of the source of month $month alone,
-- and of days that lie at most $years before it. Reads covering_unit, owner_change, source_layout and revision_type.
WITH named AS (
    SELECT DISTINCT owned.source
    FROM owned_unit AS owned
    JOIN (SELECT DISTINCT source FROM source_layout WHERE grain = 'day' AND kind = 'crime') AS layout
        ON layout.source = owned.source
    WHERE owned.month = $month AND owned.kind = 'crime'
),
covering AS (
    SELECT covered.source, covered.unit AS day, covered.exported_on, count(DISTINCT covered.part) AS parts
    FROM covering_unit AS covered
    JOIN named ON named.source = covered.source
    WHERE covered.kind = 'crime' AND covered.is_whole AND covered.exported_on > covered.unit
        AND covered.unit >= $month::DATE - to_years($years::INTEGER)
    GROUP BY ALL
),
look AS (
    SELECT source, day, exported_on
    FROM covering
    -- What an export with fewer parts than another of the day does not tell may come with those.
    QUALIFY parts = max(parts) OVER (PARTITION BY source, day)
        AND coalesce(lag(exported_on) OVER (PARTITION BY source, day ORDER BY exported_on) < day + $days::INTEGER, true)
),
counted AS (
    SELECT file_id, unit, month, crime_type, sum(incidents) AS incidents
    FROM raw_crime
    WHERE crime_type IN (SELECT code FROM revision_type)
    GROUP BY ALL
),
step AS (
    SELECT source, unit, month, exported_on, stored_in AS file_id, 1 AS sign FROM owner_change WHERE stored_in IS NOT NULL
    UNION ALL
    SELECT source, unit, month, exported_on, stored_before, -1 FROM owner_change WHERE stored_before IS NOT NULL
),
seen AS (
    SELECT
        step.source,
        counted.crime_type,
        step.unit AS day,
        step.exported_on,
        sum(sum(step.sign * counted.incidents)) OVER (
            PARTITION BY step.source, counted.crime_type, step.unit ORDER BY step.exported_on
        ) AS incidents
    FROM step
    JOIN named ON named.source = step.source
    JOIN counted ON counted.file_id = step.file_id AND counted.unit = step.unit AND counted.month = step.month
    GROUP BY step.source, counted.crime_type, step.unit, step.exported_on
)
SELECT
    type.code AS crime_type,
    look.day,
    look.exported_on,
    coalesce(seen.incidents, 0)::BIGINT AS incidents
FROM look
CROSS JOIN revision_type AS type
ASOF LEFT JOIN seen
    ON seen.source = look.source AND seen.crime_type = type.code AND seen.day = look.day
    AND look.exported_on >= seen.exported_on
ORDER BY ALL
