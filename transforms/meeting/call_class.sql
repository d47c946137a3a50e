-- One row per month that can be told by class (`call_urgency`), urgency and class that holds its calls.
-- Classes overlap: `dispatched` holds every urgency that officers are sent to, the agency's own classes some. Where classes
-- do not go by urgency, all calls are `dispatched`.
SELECT alike.month, class.urgency, class.code AS urgency_class
FROM call_urgency AS alike
JOIN agency_urgency_class AS class ON alike.has_urgency
UNION ALL
SELECT alike.month, every.urgency, 'dispatched'
FROM call_urgency AS alike
JOIN (SELECT DISTINCT urgency FROM core_call) AS every ON NOT alike.has_urgency
ORDER BY month, urgency, urgency_class
