-- One row per district, call group, month, weekday (1 = Monday) and hour with at least one call; `all` sums over groups.
-- Of boxes the newest 24 months: nearly every call of a box is alone in its hour, so that all of their months would be
-- as large as the calls.
-- Empty for a source that gives the day of a call but not its time.
-- Rows are put in order by numbers, their texts written out after that: it stays as it is.
SELECT
    district::VARCHAR AS district,
    district_name::VARCHAR AS district_name,
    level::VARCHAR AS level,
    parent::VARCHAR AS parent,
    call_group::VARCHAR AS call_group,
    month, weekday, hour, calls
FROM (
    SELECT
        counted.district, covered.district_name, covered.level, covered.parent, counted.call_group, counted.month,
        counted.weekday, counted.hour, counted.calls
    FROM call_hour_counted AS counted
    JOIN call_covered AS covered ON covered.month = counted.month AND covered.district = counted.district
    ORDER BY counted.district, counted.call_group, counted.month, counted.weekday, counted.hour
)
