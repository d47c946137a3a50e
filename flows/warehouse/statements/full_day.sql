-- One row per source and month: the last day through which the month is covered without a gap by whole days.
-- An export is made at some hour, so of the day it was made on it holds a part. Reads owned_unit.
CREATE OR REPLACE TEMP TABLE full_day AS
WITH days AS (
    SELECT source, month, unnest(generate_series(covered_from, covered_to, INTERVAL 1 DAY))::DATE AS day, exported_on
    FROM owned_unit
    WHERE kind <> 'crime_year' AND covered_from <= covered_to
)
SELECT source, month, max(day) AS through
FROM (
    SELECT
        source,
        month,
        day,
        day = month + (row_number() OVER (PARTITION BY source, month ORDER BY day) - 1)::INTEGER AS is_gapless
    FROM days
    WHERE day < exported_on
)
WHERE is_gapless
GROUP BY source, month
