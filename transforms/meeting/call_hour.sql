-- One row per district, call group, month, weekday (1 = Monday) and hour with at least one call; `all` sums over groups.
-- Of boxes the newest 24 months: nearly every call of a box is alone in its hour, so that all of their months would be
-- as large as the calls.
-- Empty for a source that gives the day of a call but not its time.
WITH told AS (
    SELECT call.district, call.month, call.call_group, isodow(call.received_at) AS weekday, hour(call.received_at) AS hour
    FROM core_call AS call
    JOIN month_source AS source
        ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
    WHERE source.has_time AND call.month <= getvariable('month')
)
SELECT
    covered.district,
    covered.district_name,
    covered.level,
    covered.parent,
    CASE WHEN grouping(told.call_group) = 1 THEN 'all' ELSE told.call_group END AS call_group,
    covered.month,
    told.weekday::TINYINT AS weekday,
    told.hour::TINYINT AS hour,
    count(*)::BIGINT AS calls
FROM told
JOIN district_ancestor AS above ON above.district = told.district
JOIN district_month AS covered
    ON covered.fact = 'call' AND covered.month = told.month AND covered.district = above.ancestor
WHERE covered.level <> 'box' OR covered.month > getvariable('month') - INTERVAL 24 MONTH
GROUP BY covered.district, covered.district_name, covered.level, covered.parent, covered.month, told.weekday, told.hour,
    GROUPING SETS ((told.call_group), ())
ORDER BY covered.district, call_group, covered.month, weekday, hour
