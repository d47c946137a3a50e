-- One row per district, urgency class, day and hour with at least one call, of months whose source tells the time of day.
-- Classes overlap: `dispatched` holds every call of an urgency that officers are sent to, the agency's own classes some.
-- A month whose source tells no urgency has all its calls in `dispatched`. Repeated reports of one event are calls too.
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
says AS (
    SELECT month, bool_or(urgency <> 'unknown') AS has_urgency FROM told GROUP BY month
),
classed AS (
    SELECT told.*, class.code AS urgency_class
    FROM told
    JOIN says ON says.month = told.month AND says.has_urgency
    JOIN agency_urgency_class AS class ON class.urgency = told.urgency
    UNION ALL
    SELECT told.*, 'dispatched'
    FROM told
    JOIN says ON says.month = told.month AND NOT says.has_urgency
)
SELECT above.ancestor AS district, classed.urgency_class, classed.date, classed.hour::TINYINT AS hour,
    sum(classed.calls)::BIGINT AS calls
FROM classed
JOIN district_ancestor AS above ON above.district = classed.district
JOIN call_day AS covered ON covered.district = above.ancestor AND covered.date = classed.date
GROUP BY above.ancestor, classed.urgency_class, classed.date, classed.hour
ORDER BY district, urgency_class, date, hour
