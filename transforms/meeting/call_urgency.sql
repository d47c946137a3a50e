-- One row per month of calls in which a class of urgencies is what it is in the run's month: `has_urgency` says whether
-- classes go by urgency, or all calls are `dispatched`.
-- Where the run's month tells urgencies, months that tell none have no row: their dispatched calls are not known. Where it
-- tells none, all calls of every month are `dispatched`, those of months that tell urgencies, too: so like stands beside
-- like. A month without a call is alike to either.
WITH says AS (
    SELECT source.month, bool_or(call.urgency <> 'unknown') AS has_urgency
    FROM month_source AS source
    LEFT JOIN core_call AS call ON call.month = source.month AND call.source = source.source
    WHERE source.fact = 'call' AND source.month <= getvariable('month')
    GROUP BY source.month
),
newest AS (
    SELECT arg_max(has_urgency, month) AS has_urgency FROM says
)
SELECT says.month, newest.has_urgency
FROM says
CROSS JOIN newest
WHERE coalesce(says.has_urgency, true) OR NOT newest.has_urgency
ORDER BY says.month
