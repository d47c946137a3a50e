-- One row per call of the months from `part_from` to `part_to`, of all where these are not set: what tables of calls count
-- it by, read once for all of them. Texts are numbered (`TYPES`): what they are grouped by is as large as the calls.
-- Response time: 0 s or less is a broken clock, more than six hours a case closed late; both are excluded and counted.
SELECT
    call.district::district_code AS district,
    call.month,
    call.call_group::call_group_code AS call_group,
    call.urgency::urgency_code AS urgency,
    coalesce(
        listed.call_type, CASE WHEN call.call_code IS NOT NULL THEN others.call_type END, 'unknown'
    )::call_type_code AS call_type,
    call.is_dispatched,
    call.is_duplicate,
    call.response_seconds,
    call.response_seconds > 0 AND call.response_seconds <= 6 * 60 * 60 AS is_response,
    source.has_time,
    call.received_at::DATE AS date,
    hour(call.received_at)::TINYINT AS hour
FROM core_call AS call
JOIN month_source AS source
    ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
LEFT JOIN agency_call_type AS listed
    ON listed.source = call.source AND listed.call_code = call.call_code AND listed.call_group = call.call_group
LEFT JOIN agency_call_type AS others
    ON others.source = call.source AND others.call_code = '*' AND others.call_group = call.call_group
WHERE call.month <= getvariable('month')
    AND call.month BETWEEN coalesce(getvariable('part_from'), call.month) AND coalesce(getvariable('part_to'), call.month)
