-- One row per district, urgency class, day and hour with at least one call, of months whose source tells the time of day.
-- Repeated reports of one event are calls too.
WITH told AS (
    SELECT
        call.month, call.district, call.received_at::DATE AS date, hour(call.received_at) AS hour, call.urgency,
        count(*) AS calls
    FROM core_call AS call
    JOIN month_source AS source
        ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
    WHERE source.has_time AND call.month <= getvariable('month')
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
