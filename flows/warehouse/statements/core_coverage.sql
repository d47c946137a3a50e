-- One row per source and month that any of its files covers in part or whole at the as-of day.
-- A source whose periods come in parts covers a day when every part does. A part of which nothing has come for the month
-- is told as missing where it speaks of its own crime types or districts: the others' are covered all the same.
-- Where it speaks of everything, nothing is covered without it. Reads owned_unit, source_layout and source_part.
WITH days AS (
    SELECT DISTINCT source, part, month, unnest(generate_series(covered_from, covered_to, INTERVAL 1 DAY))::DATE AS day
    FROM owned_unit
    WHERE kind <> 'crime_year' AND covered_from <= covered_to
),
owned AS (
    SELECT DISTINCT source, kind, month
    FROM owned_unit
    WHERE kind <> 'crime_year'
),
expected AS (
    SELECT
        owned.source,
        owned.month,
        wanted.part,
        wanted.is_everything,
        EXISTS (
            FROM days WHERE days.source = owned.source AND days.part = wanted.part AND days.month = owned.month
        ) AS has_come
    FROM owned
    JOIN source_part AS wanted
        ON wanted.source = owned.source
        AND coalesce(wanted.valid_from <= last_day(owned.month), true) AND coalesce(wanted.valid_to >= owned.month, true)
),
needed AS (
    SELECT
        source,
        month,
        count(*) FILTER (has_come OR is_everything) AS parts,
        string_agg(part, '|' ORDER BY part) FILTER (NOT has_come AND NOT is_everything) AS parts_missing
    FROM expected
    GROUP BY source, month
),
covered_day AS (
    SELECT days.source, days.month, days.day
    FROM days
    LEFT JOIN expected ON expected.source = days.source AND expected.month = days.month AND expected.part = days.part
    LEFT JOIN needed ON needed.source = days.source AND needed.month = days.month
    GROUP BY days.source, days.month, days.day
    HAVING count(expected.part) >= coalesce(any_value(needed.parts), 0)
),
covered AS (
    SELECT source, month, count(*) AS days_covered, max(day) FILTER (WHERE is_gapless) AS covered_to
    FROM (
        SELECT *, day = month + (row_number() OVER (PARTITION BY source, month ORDER BY day) - 1)::INTEGER AS is_gapless
        FROM covered_day
    )
    GROUP BY source, month
),
described AS (
    SELECT
        source,
        min(preference) AS preference,
        bool_and(has_station) AS has_station,
        bool_and(has_box) AS has_box,
        bool_and(has_day) AS has_day,
        bool_and(has_time) AS has_time
    FROM source_layout
    GROUP BY source
),
told AS (
    SELECT
        owned.kind,
        owned.source,
        owned.month,
        coalesce(covered.days_covered, 0)::INTEGER AS days_covered,
        day(last_day(owned.month))::INTEGER AS days_in_month,
        covered.covered_to,
        needed.parts_missing
    FROM owned
    LEFT JOIN covered ON covered.source = owned.source AND covered.month = owned.month
    LEFT JOIN needed ON needed.source = owned.source AND needed.month = owned.month
)
SELECT
    told.kind,
    told.source,
    told.month,
    told.days_covered,
    told.days_in_month,
    told.covered_to,
    told.parts_missing,
    -- Incidents and counts tell one fact in two ways: only one source of the two kinds is counted for a month,
    -- the first in the agency's order that covers it to its last day, else the first that covers any of it.
    told.days_covered > 0 AND row_number() OVER (
        PARTITION BY told.kind = 'call', told.month
        ORDER BY told.days_covered = told.days_in_month AND told.parts_missing IS NULL DESC, told.days_covered > 0 DESC,
            described.preference, told.source
    ) = 1 AS is_chosen,
    described.has_station,
    described.has_box,
    described.has_day,
    described.has_time
FROM told
JOIN described ON described.source = told.source
ORDER BY told.kind, told.source, told.month
