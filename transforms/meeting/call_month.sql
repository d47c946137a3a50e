-- One row per district, call group, urgency, call type and month covered; `all` sums over the others.
-- Zeros stand for `all` × `all`, for each declared group and for each declared urgency the month's source tells apart;
-- of the single combinations only those that occurred are rows. Repeated reports of one event are calls too.
-- Types have rows in months whose calls name any: zeros for each that the source's code list knows, boxes aside.
-- Rows are put in order by numbers, their texts written out after that: it stays as it is.
WITH says AS (
    -- What the month's rows say at all: a source without urgencies must not report zero calls of the highest one.
    SELECT
        source.month,
        bool_or(told.dispatch_told > 0) AS has_dispatched,
        bool_or(told.call_group NOT IN ('all', 'unknown')) AS has_group,
        bool_or(told.urgency NOT IN ('all', 'unknown')) AS has_urgency
    FROM month_source AS source
    LEFT JOIN call_measured AS told ON told.month = source.month
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
    SELECT
        covered.district, covered.month, line.call_group::call_group_code AS call_group,
        line.urgency::urgency_code AS urgency, line.call_type::call_type_code AS call_type
    FROM call_covered AS covered
    JOIN line ON line.month = covered.month
    WHERE line.call_type = 'all' OR covered.level <> 'box'
    UNION
    SELECT district, month, call_group, urgency, call_type
    FROM call_measured
    WHERE call_type = 'all' OR month IN (SELECT month FROM typed)
),
-- Quantiles of `call_timed`, with the texts that the numbers stand for.
timed AS (
    SELECT
        enum_range(NULL::district_code)[district + 1]::district_code AS district,
        DATE '1970-01-01' + month::INTEGER AS month,
        coalesce(enum_range(NULL::call_group_code)[nullif(call_group, -1) + 1], 'all')::call_group_code AS call_group,
        coalesce(enum_range(NULL::urgency_code)[nullif(urgency, -1) + 1], 'all')::urgency_code AS urgency,
        coalesce(enum_range(NULL::call_type_code)[nullif(call_type, -1) + 1], 'all')::call_type_code AS call_type,
        median, p80, p90
    FROM call_response
),
made AS (
    SELECT
        cell.district, covered.district_name, covered.level, covered.parent, cell.call_group, cell.urgency, cell.call_type,
        cell.month,
        coalesce(measured.calls, 0)::BIGINT AS calls,
        CASE WHEN says.has_dispatched THEN coalesce(measured.dispatched, 0)::BIGINT END AS dispatched,
        coalesce(measured.duplicates, 0)::BIGINT AS duplicates,
        coalesce(measured.response_n, 0)::BIGINT AS response_n,
        coalesce(measured.response_excluded, 0)::BIGINT AS response_excluded,
        timed.median AS response_seconds_median,
        timed.p80 AS response_seconds_p80,
        timed.p90 AS response_seconds_p90,
        response.definition::response_definition_code AS response_definition,
        covered.complete
    FROM cell
    JOIN call_covered AS covered ON covered.district = cell.district AND covered.month = cell.month
    JOIN says ON says.month = cell.month
    LEFT JOIN call_measured AS measured
        ON measured.district = cell.district AND measured.month = cell.month
        AND measured.call_group = cell.call_group AND measured.urgency = cell.urgency
        AND measured.call_type = cell.call_type
    LEFT JOIN timed
        ON timed.district = cell.district AND timed.month = cell.month
        AND timed.call_group = cell.call_group AND timed.urgency = cell.urgency
        AND timed.call_type = cell.call_type
    LEFT JOIN response_definition AS response ON response.source = covered.source
    ORDER BY cell.district, cell.call_group, cell.urgency, cell.call_type, cell.month
)
SELECT
    district::VARCHAR AS district,
    district_name::VARCHAR AS district_name,
    level::VARCHAR AS level,
    parent::VARCHAR AS parent,
    call_group::VARCHAR AS call_group,
    urgency::VARCHAR AS urgency,
    call_type::VARCHAR AS call_type,
    month, calls, dispatched, duplicates, response_n, response_excluded,
    response_seconds_median, response_seconds_p80, response_seconds_p90,
    response_definition::VARCHAR AS response_definition,
    complete
FROM made
