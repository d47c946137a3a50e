-- One row per row of `call_hour`, without names and in no order: made for the months from `part_from` to `part_to` at a
-- time, for all where these are not set, since what is grouped is as large as the calls.
WITH told AS (
    SELECT call.district, call.month, call.call_group, isodow(call.received_at) AS weekday, hour(call.received_at) AS hour
    FROM core_call AS call
    JOIN month_source AS source
        ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
    WHERE source.has_time AND call.month <= getvariable('month')
        AND call.month BETWEEN coalesce(getvariable('part_from'), call.month) AND coalesce(getvariable('part_to'), call.month)
)
SELECT
    above.ancestor AS district,
    CASE WHEN grouping(told.call_group) = 1 THEN 'all' ELSE told.call_group END AS call_group,
    told.month,
    told.weekday::TINYINT AS weekday,
    told.hour::TINYINT AS hour,
    count(*)::BIGINT AS calls
FROM told
JOIN district_ancestor AS above ON above.district = told.district
WHERE above.ancestor_level <> 'box' OR told.month > getvariable('month') - INTERVAL 24 MONTH
GROUP BY above.ancestor, told.month, told.weekday, told.hour, GROUPING SETS ((told.call_group), ())
