-- One row per source and month: the last day through which the month is covered without a gap by whole days.
-- An export is made at some hour, so of the day it was made on it holds a part. Where a source comes in parts, every one
-- that has come for the month covers the day; which have not come is told in core_coverage. Reads owned_unit.
CREATE OR REPLACE TEMP TABLE full_day AS
WITH days AS (
    SELECT source, part, month, unnest(generate_series(covered_from, covered_to, INTERVAL 1 DAY))::DATE AS day, exported_on
    FROM owned_unit
    WHERE kind <> 'crime_year' AND covered_from <= covered_to
),
parts AS (
    SELECT source, month, count(DISTINCT part) AS parts
    FROM days
    GROUP BY source, month
),
whole AS (
    SELECT days.source, days.month, days.day
    FROM days
    JOIN parts ON parts.source = days.source AND parts.month = days.month
    WHERE days.day < days.exported_on
    GROUP BY days.source, days.month, days.day
    HAVING count(DISTINCT days.part) = any_value(parts.parts)
)
SELECT source, month, max(day) AS through
FROM (
    SELECT *, day = month + (row_number() OVER (PARTITION BY source, month ORDER BY day) - 1)::INTEGER AS is_gapless
    FROM whole
)
WHERE is_gapless
GROUP BY source, month
