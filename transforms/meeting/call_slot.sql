-- One row per district, urgency class, day and hour with at least one call, of months whose source tells the time of day.
-- Classes overlap: `dispatched` holds every call of an urgency that officers are sent to, the agency's own classes some.
-- Where classes do not go by urgency (`call_urgency`), all calls are `dispatched`. Repeated reports of one event are
-- calls too.
WITH told AS (
    SELECT
        call.month, call.district, call.received_at::DATE AS date, hour(call.received_at) AS hour, call.urgency,
        count(*) AS calls
    FROM core_call AS call
    JOIN month_source AS source
        ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
    WHERE source.has_time AND call.month <= getvariable('month')
    GROUP BY ALL
),
classed AS (
    SELECT told.*, class.code AS urgency_class
    FROM told
    JOIN call_urgency AS alike ON alike.month = told.month AND alike.has_urgency
    JOIN agency_urgency_class AS class ON class.urgency = told.urgency
    UNION ALL
    SELECT told.*, 'dispatched'
    FROM told
    JOIN call_urgency AS alike ON alike.month = told.month AND NOT alike.has_urgency
)
SELECT above.ancestor AS district, classed.urgency_class, classed.date, classed.hour::TINYINT AS hour,
    sum(classed.calls)::BIGINT AS calls
FROM classed
JOIN district_ancestor AS above ON above.district = classed.district
JOIN call_day AS covered ON covered.district = above.ancestor AND covered.date = classed.date
GROUP BY above.ancestor, classed.urgency_class, classed.date, classed.hour
ORDER BY district, urgency_class, date, hour
