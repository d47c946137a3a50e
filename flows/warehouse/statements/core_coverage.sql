-- One row per source and month that any of its files covers in part or whole at the as-of day.
-- Reads owned_unit and source_layout.
WITH days AS (
    SELECT source, month, unnest(generate_series(covered_from, covered_to, INTERVAL 1 DAY))::DATE AS day
    FROM owned_unit
    WHERE kind <> 'crime_year' AND covered_from <= covered_to
),
covered AS (
    SELECT source, month, count(*) AS days_covered, max(day) FILTER (WHERE is_gapless) AS covered_to
    FROM (
        SELECT *, day = month + (row_number() OVER (PARTITION BY source, month ORDER BY day) - 1)::INTEGER AS is_gapless
        FROM days
    )
    GROUP BY source, month
),
owned AS (
    SELECT DISTINCT source, kind, month
    FROM owned_unit
    WHERE kind <> 'crime_year'
),
told AS (
    SELECT
        owned.kind,
        owned.source,
        owned.month,
        coalesce(covered.days_covered, 0)::INTEGER AS days_covered,
        day(last_day(owned.month))::INTEGER AS days_in_month,
        covered.covered_to
    FROM owned
    LEFT JOIN covered ON covered.source = owned.source AND covered.month = owned.month
)
SELECT
    told.kind,
    told.source,
    told.month,
    told.days_covered,
    told.days_in_month,
    told.covered_to,
    -- Incidents and counts tell one fact in two ways: only one source of the two kinds is counted for a month,
    -- the first in the agency's order that covers it to its last day, else the first that covers any of it.
    told.days_covered > 0 AND row_number() OVER (
        PARTITION BY told.kind = 'call', told.month
        ORDER BY told.days_covered = told.days_in_month DESC, told.days_covered > 0 DESC, layout.preference, told.source
    ) = 1 AS is_chosen,
    layout.has_station,
    layout.has_box,
    layout.has_day,
    layout.has_time
FROM told
JOIN source_layout AS layout ON layout.source = told.source
ORDER BY told.kind, told.source, told.month
