-- One row per crime type, day and export day on which that day had been delivered whole, in every part: the crimes of the day,
-- of all districts, as seen then. Up to the first export at least $days after the day; of source $source alone, and of days
-- that lie at most $years before month $month. Reads covering_unit, owner_change, file_unit and revision_type.
-- Of the days after an export's last row it tells nothing: they are not booked yet, and no days without a crime.
WITH covering AS (
    SELECT covered.part, covered.unit AS day, covered.exported_on
    FROM covering_unit AS covered
    JOIN (SELECT file_id, max(unit) AS last FROM file_unit GROUP BY file_id) AS told ON told.file_id = covered.file_id
    WHERE covered.source = $source AND covered.is_whole AND covered.exported_on > covered.unit
        AND covered.unit <= told.last AND covered.unit >= $month::DATE - to_years($years::INTEGER)
),
first AS (
    SELECT part, day, min(exported_on) AS since
    FROM covering
    GROUP BY part, day
),
-- A day is looked at by every export that has some of it, from the one on that brought the last of its parts.
whole AS (
    SELECT day, max(since) AS since
    FROM first
    GROUP BY day
),
look AS (
    SELECT DISTINCT whole.day, covered.exported_on
    FROM whole
    JOIN covering AS covered ON covered.day = whole.day AND covered.exported_on >= whole.since
),
near AS (
    FROM look
    QUALIFY coalesce(lag(exported_on) OVER (PARTITION BY day ORDER BY exported_on) < day + $days::INTEGER, true)
),
counted AS (
    SELECT file_id, unit, month, crime_type, sum(incidents) AS incidents
    FROM raw_crime
    WHERE crime_type IN (SELECT code FROM revision_type)
    GROUP BY ALL
),
step AS (
    SELECT unit, month, exported_on, stored_in AS file_id, 1 AS sign
    FROM owner_change WHERE source = $source AND stored_in IS NOT NULL
    UNION ALL
    SELECT unit, month, exported_on, stored_before, -1
    FROM owner_change WHERE source = $source AND stored_before IS NOT NULL
),
seen AS (
    SELECT
        counted.crime_type,
        step.unit AS day,
        step.exported_on,
        sum(sum(step.sign * counted.incidents)) OVER (
            PARTITION BY counted.crime_type, step.unit ORDER BY step.exported_on
        ) AS incidents
    FROM step
    JOIN counted ON counted.file_id = step.file_id AND counted.unit = step.unit AND counted.month = step.month
    GROUP BY counted.crime_type, step.unit, step.exported_on
)
SELECT
    type.code AS crime_type,
    near.day,
    near.exported_on,
    coalesce(seen.incidents, 0)::BIGINT AS incidents
FROM near
CROSS JOIN revision_type AS type
ASOF LEFT JOIN seen
    ON seen.crime_type = type.code AND seen.day = near.day AND near.exported_on >= seen.exported_on
ORDER BY ALL
