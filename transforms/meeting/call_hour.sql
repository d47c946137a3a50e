-- One row per district, call group, month, weekday (1 = Monday) and hour with at least one call; `all` sums over groups.
-- Of boxes the newest 24 months: nearly every call of a box is alone in its hour, so that all of their months would be
-- as large as the calls.
-- Empty for a source that gives the day of a call but not its time.
SELECT
    covered.district,
    covered.district_name,
    covered.level,
    covered.parent,
    counted.call_group,
    covered.month,
    counted.weekday,
    counted.hour,
    counted.calls
FROM call_hour_counted AS counted
JOIN district_month AS covered
    ON covered.fact = 'call' AND covered.month = counted.month AND covered.district = counted.district
ORDER BY covered.district, call_group, covered.month, weekday, hour
