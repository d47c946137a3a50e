-- One row per district (agency and stations), urgency class and shift (`all` for the day) of the newest twelve months.
-- 0 s or less is a broken clock, more than twelve hours a call closed late: both are excluded and counted.
-- There is a row from 100 timed calls on: of fewer the mean errs by more than a tenth, and of one nobody knows by how much.
-- A report flagged as a duplicate is left out: the unit was sent to the first report of its event.
-- Times are whole milliseconds, so that sums are the same in whatever order they are added up.
WITH told AS (
    SELECT
        call.source, call.month, call.district::district_code AS district, call.urgency::urgency_code AS urgency,
        hour(call.received_at) AS hour, call.service_seconds,
        call.service_seconds > 0 AND call.service_seconds <= 12 * 60 * 60 AS is_service
    FROM core_call AS call
    JOIN month_source AS source
        ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
    WHERE source.has_time AND call.service_seconds IS NOT NULL AND NOT call.is_duplicate
        AND call.month <= getvariable('month') AND call.month > getvariable('month') - INTERVAL 12 MONTH
),
classed AS (
    SELECT told.*, class.urgency_class
    FROM told
    JOIN (SELECT month, urgency::urgency_code AS urgency, urgency_class FROM call_class) AS class
        ON class.month = told.month AND class.urgency = told.urgency
),
hours AS (
    SELECT 'all' AS period, unnest(range(24)) AS hour
    UNION ALL
    SELECT code, unnest(list_transform(range(
        CASE WHEN until_hour > from_hour THEN until_hour - from_hour ELSE until_hour + 24 - from_hour END
    ), lambda n: (from_hour + n) % 24))
    FROM agency_shift
),
-- Equal times are one row with their number: lists of as many times could not be kept on disk while quantiles are taken.
valued AS (
    SELECT
        above.ancestor AS district, classed.urgency_class, hours.period, classed.is_service,
        CASE WHEN classed.is_service THEN round(1000 * classed.service_seconds)::BIGINT END AS ms,
        count(*) AS n,
        min(classed.month) AS from_month
    FROM classed
    JOIN hours ON hours.hour = classed.hour
    JOIN call_above AS above ON above.district = classed.district AND NOT above.is_box
    GROUP BY ALL
),
ranked AS (
    SELECT *, sum(n) OVER upto AS upto, sum(n) OVER whole - 1 AS last
    FROM valued
    WHERE is_service
    WINDOW whole AS (PARTITION BY district, urgency_class, period), upto AS (whole ORDER BY ms)
),
timed AS (
    SELECT
        district, urgency_class, period,
        min(from_month) AS from_month,
        sum(n)::BIGINT AS n,
        sum(n * ms::HUGEINT) AS total,
        sum(n * ms::HUGEINT * ms) AS squares,
        -- Type 7 of Hyndman & Fan: between the times at the two places next to p (n - 1), counted from 0.
        min(ms) FILTER (upto > floor(0.5 * last)) + any_value(0.5 * last - floor(0.5 * last))
            * (min(ms) FILTER (upto > ceil(0.5 * last)) - min(ms) FILTER (upto > floor(0.5 * last))) AS median,
        min(ms) FILTER (upto > floor(0.8 * last)) + any_value(0.8 * last - floor(0.8 * last))
            * (min(ms) FILTER (upto > ceil(0.8 * last)) - min(ms) FILTER (upto > floor(0.8 * last))) AS p80,
        min(ms) FILTER (upto > floor(0.9 * last)) + any_value(0.9 * last - floor(0.9 * last))
            * (min(ms) FILTER (upto > ceil(0.9 * last)) - min(ms) FILTER (upto > floor(0.9 * last))) AS p90
    FROM ranked
    GROUP BY district, urgency_class, period
),
left_out AS (
    SELECT district, urgency_class, period, sum(n)::BIGINT AS n
    FROM valued
    WHERE NOT is_service
    GROUP BY district, urgency_class, period
),
meant AS (
    SELECT string_agg(definition, '; ' ORDER BY definition) AS definition
    FROM (
        SELECT DISTINCT meant.definition
        FROM service_definition AS meant
        SEMI JOIN (SELECT DISTINCT source FROM told) AS timed ON timed.source = meant.source
    )
)
SELECT
    held.district,
    held.district_name,
    held.level,
    held.parent,
    timed.urgency_class,
    timed.period,
    timed.from_month,
    timed.n AS service_n,
    coalesce(left_out.n, 0) AS service_excluded,
    timed.median / 60000 AS service_minutes_median,
    timed.total::DOUBLE / timed.n / 60000 AS service_minutes_mean,
    timed.p80 / 60000 AS service_minutes_p80,
    timed.p90 / 60000 AS service_minutes_p90,
    sqrt(greatest(0, timed.n * timed.squares::DOUBLE / (timed.total::DOUBLE * timed.total::DOUBLE) - 1)) AS service_cv,
    meant.definition AS service_definition
FROM timed
CROSS JOIN meant
LEFT JOIN left_out USING (district, urgency_class, period)
JOIN core_district AS held ON held.district = timed.district
WHERE NOT held.is_unknown AND timed.n >= 100
ORDER BY held.district, timed.urgency_class, timed.period
