-- One row per row of `call_hour`, without names and in no order, of the calls of some months at a time (`call_told`).
SELECT
    above.ancestor AS district,
    CASE WHEN grouping(told.call_group) = 1 THEN 'all' ELSE told.call_group END::call_group_code AS call_group,
    told.month,
    isodow(told.date)::TINYINT AS weekday,
    told.hour,
    count(*)::BIGINT AS calls
FROM call_told AS told
JOIN call_above AS above ON above.district = told.district
WHERE told.has_time AND (NOT above.is_box OR told.month > getvariable('month') - INTERVAL 24 MONTH)
GROUP BY above.ancestor, told.month, isodow(told.date), told.hour, GROUPING SETS ((told.call_group), ())
