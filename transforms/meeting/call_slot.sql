-- One row per district, urgency class, day and hour with at least one call, of months whose source tells the time of day;
-- of boxes the newest twelve months. Repeated reports of one event are calls too.
-- Made of the calls of some months at a time (`call_told`): no row is of two months.
WITH own AS (
    SELECT above.ancestor AS district, told.month, told.urgency, told.date, told.hour, count(*) AS calls
    FROM call_told AS told
    JOIN call_above AS above ON above.district = told.district
    WHERE told.has_time AND (NOT above.is_box OR told.month > getvariable('month') - INTERVAL 12 MONTH)
    GROUP BY ALL
),
class AS (
    SELECT month, urgency::urgency_code AS urgency, urgency_class FROM call_class
),
day AS (
    SELECT district::district_code AS district, date FROM call_day
)
SELECT own.district::VARCHAR AS district, class.urgency_class, own.date, own.hour, sum(own.calls)::BIGINT AS calls
FROM own
JOIN class ON class.month = own.month AND class.urgency = own.urgency
SEMI JOIN day ON day.district = own.district AND day.date = own.date
GROUP BY own.district, class.urgency_class, own.date, own.hour
