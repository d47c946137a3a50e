-- One row per fact (`crime`, `call`) and month that any source covers: the one source that is counted for it.
-- Incidents and counts are one fact told in two ways, so a month is counted from one of them, never from both.
-- A month partly covered is a row too; `is_whole` tells it from one covered to its last day.
-- A source that names boxes names their stations with them.
WITH chosen AS (
    SELECT
        CASE WHEN kind = 'call' THEN 'call' ELSE 'crime' END AS fact,
        *
    FROM core_coverage
    WHERE is_chosen AND days_covered > 0
)
SELECT
    fact,
    month,
    CASE WHEN count(*) OVER (PARTITION BY fact, month) = 1 THEN source
         ELSE error('core_coverage: several sources are chosen for ' || fact || ' in ' || strftime(month, '%Y-%m')
                    || '; expected one, else the month would be counted twice') END AS source,
    kind,
    days_covered >= days_in_month AS is_whole,
    covered_to,
    parts_missing,
    has_station OR has_box AS has_station,
    has_box,
    has_day,
    has_time
FROM chosen
ORDER BY fact, month
