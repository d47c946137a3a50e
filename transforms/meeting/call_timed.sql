-- One row per call with a response time of the months of `call_told`: the numbers of its texts (`TYPES`), its month as days
-- since 1970. `call_response` takes quantiles of them.
SELECT
    enum_code(district) AS district,
    month - DATE '1970-01-01' AS month,
    enum_code(call_group) AS call_group,
    enum_code(urgency) AS urgency,
    enum_code(call_type) AS call_type,
    response_seconds
FROM call_told
WHERE is_response
