-- One row per district (agency and stations), urgency class and shift (`all` for the day) of the newest twelve months.
-- 0 s or less is a broken clock, more than twelve hours a call closed late: both are excluded and counted.
-- A station and a shift have a row from 100 timed calls on: of fewer the mean errs by more than a tenth.
-- Sums are of whole milliseconds, so that they are the same in whatever order they are added up.
WITH told AS (
    SELECT
        call.source, call.month, call.district, call.urgency, hour(call.received_at) AS hour, call.service_seconds,
        call.service_seconds > 0 AND call.service_seconds <= 12 * 60 * 60 AS is_service
    FROM core_call AS call
    JOIN month_source AS source
        ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
    WHERE source.has_time AND call.service_seconds IS NOT NULL
        AND call.month <= getvariable('month') AND call.month > getvariable('month') - INTERVAL 12 MONTH
),
says AS (
    SELECT call.month, bool_or(call.urgency <> 'unknown') AS has_urgency
    FROM core_call AS call
    JOIN month_source AS source
        ON source.fact = 'call' AND source.month = call.month AND source.source = call.source
    GROUP BY call.month
),
-- A month whose source tells no urgency has all its calls in `dispatched`, as where calls are forecast.
classed AS (
    SELECT told.*, class.code AS urgency_class
    FROM told
    JOIN says ON says.month = told.month AND says.has_urgency
    JOIN agency_urgency_class AS class ON class.urgency = told.urgency
    UNION ALL
    SELECT told.*, 'dispatched'
    FROM told
    JOIN says ON says.month = told.month AND NOT says.has_urgency
),
hours AS (
    SELECT 'all' AS period, unnest(range(24)) AS hour
    UNION ALL
    SELECT code, unnest(list_transform(range(
        CASE WHEN until_hour > from_hour THEN until_hour - from_hour ELSE until_hour + 24 - from_hour END
    ), lambda n: (from_hour + n) % 24))
    FROM agency_shift
),
timed AS (
    SELECT
        above.ancestor AS district, classed.urgency_class, hours.period,
        min(classed.month) AS from_month,
        count(*) FILTER (classed.is_service) AS n,
        count(*) FILTER (NOT classed.is_service) AS excluded,
        sum(round(1000 * classed.service_seconds)::HUGEINT) FILTER (classed.is_service) AS total,
        sum(round(1000 * classed.service_seconds)::HUGEINT ** 2) FILTER (classed.is_service) AS squares,
        quantile_cont(classed.service_seconds, [0.5, 0.8, 0.9]) FILTER (classed.is_service) AS seconds,
        string_agg(DISTINCT meant.definition, '; ' ORDER BY meant.definition) AS definition
    FROM classed
    JOIN hours ON hours.hour = classed.hour
    JOIN district_ancestor AS above ON above.district = classed.district AND above.ancestor_level <> 'box'
    JOIN service_definition AS meant ON meant.source = classed.source
    GROUP BY above.ancestor, classed.urgency_class, hours.period
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
    timed.excluded AS service_excluded,
    timed.seconds[1] / 60 AS service_minutes_median,
    timed.total::DOUBLE / timed.n / 60000 AS service_minutes_mean,
    timed.seconds[2] / 60 AS service_minutes_p80,
    timed.seconds[3] / 60 AS service_minutes_p90,
    sqrt(greatest(0, timed.n * timed.squares::DOUBLE / (timed.total::DOUBLE * timed.total::DOUBLE) - 1)) AS service_cv,
    timed.definition AS service_definition
FROM timed
JOIN core_district AS held ON held.district = timed.district
WHERE NOT held.is_unknown AND timed.n >= CASE WHEN held.level = 'agency' AND timed.period = 'all' THEN 1 ELSE 100 END
ORDER BY held.district, timed.urgency_class, timed.period
