-- One row per district, call group, urgency, call type and month with at least one call; `all` sums over the others.
-- Types stand with their group, for all urgencies together and not at boxes; `unknown` is what the list names no type of.
-- Response time: 0 s or less is a broken clock, more than six hours a case closed late; both are excluded and counted.
-- Quantiles hold in memory every value they are taken of, once for each district and combination above it: made for the
-- months from `part_from` to `part_to` at a time, for all where these are not set.
WITH told AS (
    SELECT
        call.district, call.month, call.call_group, call.urgency, call.is_dispatched, call.is_duplicate,
        call.response_seconds,
        call.response_seconds > 0 AND call.response_seconds <= 6 * 60 * 60 AS is_response,
        coalesce(listed.call_type, CASE WHEN call.call_code IS NOT NULL THEN others.call_type END, 'unknown') AS call_type
    FROM core_call AS call
    JOIN month_source AS source
        ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
    LEFT JOIN agency_call_type AS listed
        ON listed.source = call.source AND listed.call_code = call.call_code AND listed.call_group = call.call_group
    LEFT JOIN agency_call_type AS others
        ON others.source = call.source AND others.call_code = '*' AND others.call_group = call.call_group
    WHERE call.month <= getvariable('month')
        AND call.month BETWEEN coalesce(getvariable('part_from'), call.month) AND coalesce(getvariable('part_to'), call.month)
)
SELECT
    above.ancestor AS district,
    told.month,
    CASE WHEN grouping(told.call_group) = 1 THEN 'all' ELSE told.call_group END AS call_group,
    CASE WHEN grouping(told.urgency) = 1 THEN 'all' ELSE told.urgency END AS urgency,
    CASE WHEN grouping(told.call_type) = 1 THEN 'all' ELSE told.call_type END AS call_type,
    count(*) AS calls,
    count(*) FILTER (told.is_dispatched) AS dispatched,
    count(*) FILTER (told.is_duplicate) AS duplicates,
    count(*) FILTER (told.is_response) AS response_n,
    count(*) FILTER (NOT told.is_response) AS response_excluded,
    quantile_cont(told.response_seconds, [0.5, 0.8, 0.9]) FILTER (told.is_response) AS response_seconds
FROM told
JOIN district_ancestor AS above ON above.district = told.district
GROUP BY above.ancestor, above.ancestor_level, told.month, GROUPING SETS (
    (told.call_group, told.urgency), (told.call_group), (told.urgency), (), (told.call_group, told.call_type)
)
HAVING grouping(told.call_type) = 1 OR above.ancestor_level <> 'box'
