-- One row per source and month: the last day through which the month is told without a gap by whole days.
-- * An export is made at some hour, so of the day it was made on it holds a part.
-- * An export need not reach to the day before: made on the 18th of what was booked by the 16th, it has no row of the 17th,
--   which was no day without a crime. Days at the end without a row are told where that may well be chance (Poisson, with the
--   rows of a day of the year before or of the month, whichever are more), else the last day with a row is the last told.
-- * Where a source comes in parts, every one that has come for the month covers the day; which have not come is told in
--   core_coverage.
-- Reads owned_unit, source_layout and file_unit.
CREATE OR REPLACE TEMP TABLE full_day AS
WITH days AS (
    SELECT source, part, month, unnest(generate_series(covered_from, covered_to, INTERVAL 1 DAY))::DATE AS day, exported_on
    FROM owned_unit
    WHERE kind <> 'crime_year' AND covered_from <= covered_to
),
gapless AS (
    SELECT source, part, month, max(day) AS through
    FROM (
        SELECT *, day = month + (row_number() OVER (PARTITION BY source, part, month ORDER BY day) - 1)::INTEGER AS is_gapless
        FROM days
        WHERE day < exported_on
    )
    WHERE is_gapless
    GROUP BY source, part, month
),
daily AS (
    SELECT DISTINCT source FROM source_layout WHERE grain = 'day'
),
told AS (
    SELECT owned.source, owned.part, owned.unit AS day, sum(held.n_rows) AS n_rows
    FROM owned_unit AS owned
    JOIN daily ON daily.source = owned.source
    JOIN file_unit AS held ON held.file_id = owned.file_id AND held.unit = owned.unit
    GROUP BY ALL
),
ending AS (
    SELECT
        gapless.source,
        gapless.part,
        gapless.month,
        gapless.through,
        max(told.day) FILTER (told.day >= gapless.month) AS last_told,
        greatest(
            sum(told.n_rows) / (gapless.through - min(told.day) + 1),
            coalesce(sum(told.n_rows) FILTER (told.day >= gapless.month), 0) / (gapless.through - gapless.month + 1)
        ) AS usual
    FROM gapless
    JOIN told
        ON told.source = gapless.source AND told.part = gapless.part
        AND told.day BETWEEN gapless.through - 365 AND gapless.through
    GROUP BY gapless.source, gapless.part, gapless.month, gapless.through
),
each AS (
    SELECT
        come.source,
        come.month,
        -- Before the first row of the month lies the day before it. A part without one, where others have some, is over.
        CASE WHEN ending.last_told IS NULL AND max(ending.last_told) OVER of_month IS NOT NULL THEN gapless.through
             WHEN exp(-coalesce(ending.usual, 0) * (gapless.through - coalesce(ending.last_told, come.month - 1)))
                  < 0.01 / count(*) OVER of_month
             THEN coalesce(ending.last_told, come.month - 1) ELSE gapless.through END AS through
    FROM (SELECT DISTINCT source, part, month FROM days) AS come
    LEFT JOIN gapless
        ON gapless.source = come.source AND gapless.part = come.part AND gapless.month = come.month
    LEFT JOIN ending
        ON ending.source = come.source AND ending.part = come.part AND ending.month = come.month
    WINDOW of_month AS (PARTITION BY come.source, come.month)
)
SELECT source, month, min(through) AS through
FROM each
GROUP BY source, month
HAVING count(through) = count(*) AND min(through) >= month
