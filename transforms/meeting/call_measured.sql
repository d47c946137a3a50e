-- One row per district, call group, urgency and month with at least one call; `all` sums over groups and over urgencies.
-- Response time: 0 s or less is a broken clock, more than six hours a case closed late; both are excluded and counted.
-- Quantiles hold in memory every value they are taken of, once for each district and combination above it: made for the
-- months from `part_from` to `part_to` at a time, for all where these are not set.
WITH told AS (
    SELECT
        call.district, call.month, call.call_group, call.urgency, call.is_dispatched, call.is_duplicate,
        call.response_seconds,
        call.response_seconds > 0 AND call.response_seconds <= 6 * 60 * 60 AS is_response
    FROM core_call AS call
    JOIN month_source AS source
        ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
    WHERE call.month <= getvariable('month')
        AND call.month BETWEEN coalesce(getvariable('part_from'), call.month) AND coalesce(getvariable('part_to'), call.month)
)
SELECT
    above.ancestor AS district,
    told.month,
    CASE WHEN grouping(told.call_group) = 1 THEN 'all' ELSE told.call_group END AS call_group,
    CASE WHEN grouping(told.urgency) = 1 THEN 'all' ELSE told.urgency END AS urgency,
    count(*) AS calls,
    count(*) FILTER (told.is_dispatched) AS dispatched,
    count(*) FILTER (told.is_duplicate) AS duplicates,
    count(*) FILTER (told.is_response) AS response_n,
    count(*) FILTER (NOT told.is_response) AS response_excluded,
    quantile_cont(told.response_seconds, [0.5, 0.8, 0.9]) FILTER (told.is_response) AS response_seconds
FROM told
JOIN district_ancestor AS above ON above.district = told.district
GROUP BY above.ancestor, told.month, GROUPING SETS (
    (told.call_group, told.urgency), (told.call_group), (told.urgency), ()
)
