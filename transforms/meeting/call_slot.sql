-- One row per district, urgency class, day and hour with at least one call, of months whose source tells the time of day.
-- Repeated reports of one event are calls too.
-- Nearly every call of a box is alone in its hour, so that what is added up is as large as the calls: made for the months
-- from `part_from` to `part_to` at a time, for all where these are not set. No row is of two months.
WITH told AS (
    SELECT
        call.month, call.district, call.received_at::DATE AS date, hour(call.received_at) AS hour, call.urgency,
        count(*) AS calls
    FROM core_call AS call
    JOIN month_source AS source
        ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
    WHERE source.has_time AND call.month <= getvariable('month')
        AND call.month BETWEEN coalesce(getvariable('part_from'), call.month) AND coalesce(getvariable('part_to'), call.month)
    GROUP BY ALL
)
SELECT above.ancestor AS district, class.urgency_class, told.date, told.hour::TINYINT AS hour,
    sum(told.calls)::BIGINT AS calls
FROM told
JOIN call_class AS class ON class.month = told.month AND class.urgency = told.urgency
JOIN district_ancestor AS above ON above.district = told.district
JOIN call_day AS covered ON covered.district = above.ancestor AND covered.date = told.date
GROUP BY above.ancestor, class.urgency_class, told.date, told.hour
ORDER BY district, urgency_class, date, hour
