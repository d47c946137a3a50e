-- One row per district, call group, urgency, call type and month covered; `all` sums over the others.
-- Zeros stand for `all` × `all`, for each declared group and for each declared urgency the month's source tells apart;
-- of the single combinations only those that occurred are rows. Repeated reports of one event are calls too.
-- Types have rows in months whose calls name any: zeros for each that the source's code list knows, boxes aside.
WITH told AS (
    SELECT call.month, call.call_group, call.urgency, call.is_dispatched
    FROM core_call AS call
    JOIN month_source AS source
        ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
    WHERE call.month <= getvariable('month')
),
-- What the month's rows say at all: a source without urgencies must not report zero calls of the highest one.
says AS (
    SELECT
        source.month,
        bool_or(told.is_dispatched IS NOT NULL) AS has_dispatched,
        bool_or(told.call_group <> 'unknown') AS has_group,
        bool_or(told.urgency <> 'unknown') AS has_urgency
    FROM month_source AS source
    LEFT JOIN told ON told.month = source.month
    WHERE source.fact = 'call' AND source.month <= getvariable('month')
    GROUP BY source.month
),
typed AS (
    SELECT DISTINCT month FROM call_measured WHERE call_type NOT IN ('all', 'unknown')
),
line AS (
    SELECT month, 'all' AS call_group, 'all' AS urgency, 'all' AS call_type FROM says
    UNION ALL
    SELECT says.month, declared.code, 'all', 'all' FROM says CROSS JOIN agency_call_group AS declared WHERE says.has_group
    UNION ALL
    SELECT says.month, 'all', declared.code, 'all' FROM says CROSS JOIN agency_urgency AS declared WHERE says.has_urgency
    UNION ALL
    SELECT typed.month, declared.call_group, 'all', declared.call_type
    FROM typed
    JOIN month_source AS source ON source.fact = 'call' AND source.month = typed.month
    JOIN agency_call_type AS declared ON declared.source = source.source AND declared.call_type <> 'unknown'
),
cell AS (
    SELECT covered.district, covered.month, line.call_group, line.urgency, line.call_type
    FROM district_month AS covered
    JOIN line ON line.month = covered.month
    WHERE covered.fact = 'call' AND (line.call_type = 'all' OR covered.level <> 'box')
    UNION
    SELECT district, month, call_group, urgency, call_type
    FROM call_measured
    WHERE call_type = 'all' OR month IN (SELECT month FROM typed)
)
SELECT
    covered.district,
    covered.district_name,
    covered.level,
    covered.parent,
    cell.call_group,
    cell.urgency,
    cell.call_type,
    covered.month,
    coalesce(measured.calls, 0)::BIGINT AS calls,
    CASE WHEN says.has_dispatched THEN coalesce(measured.dispatched, 0)::BIGINT END AS dispatched,
    coalesce(measured.duplicates, 0)::BIGINT AS duplicates,
    coalesce(measured.response_n, 0)::BIGINT AS response_n,
    coalesce(measured.response_excluded, 0)::BIGINT AS response_excluded,
    measured.response_seconds[1]::DOUBLE AS response_seconds_median,
    measured.response_seconds[2]::DOUBLE AS response_seconds_p80,
    measured.response_seconds[3]::DOUBLE AS response_seconds_p90,
    response.definition AS response_definition,
    covered.complete
FROM cell
JOIN district_month AS covered
    ON covered.fact = 'call' AND covered.district = cell.district AND covered.month = cell.month
JOIN says ON says.month = cell.month
LEFT JOIN call_measured AS measured
    ON measured.district = cell.district AND measured.month = cell.month
    AND measured.call_group = cell.call_group AND measured.urgency = cell.urgency
    AND measured.call_type = cell.call_type
LEFT JOIN response_definition AS response ON response.source = covered.source
ORDER BY covered.district, cell.call_group, cell.urgency, cell.call_type, covered.month
