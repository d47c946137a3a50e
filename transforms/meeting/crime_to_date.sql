-- One row per district and crime type of the month still running at the as-of date, from its first day through the last
-- full day covered without a gap, beside the same days of earlier years: a running month is never held against whole ones.
-- Empty where no month is running (the as-of lies in the run's own month) or where the month's source has no days.
WITH running AS (
    SELECT counted.month, least(full_day.through, getvariable('as_of')) AS through
    FROM month_source AS counted
    -- Of the day an export was made on it holds a part, which must not be held against whole days.
    JOIN full_day ON full_day.source = counted.source AND full_day.month = counted.month
    WHERE counted.fact = 'crime' AND counted.kind = 'crime' AND counted.has_day
      AND counted.month = date_trunc('month', getvariable('as_of'))
      AND counted.month > getvariable('month')
),
-- The running month and the three before it that have the same days; 29 February is held against 28 days.
stretch AS (
    SELECT back.years, source.month, (running.through - to_years(back.years))::DATE AS through
    FROM running
    CROSS JOIN (VALUES (0), (1), (2), (3)) AS back (years)
    JOIN month_source AS source ON source.month = running.month - to_years(back.years)
    WHERE source.fact = 'crime' AND source.kind = 'crime' AND source.has_day
      AND source.covered_to >= running.through - to_years(back.years)
),
counted AS (
    SELECT stretch.years, above.ancestor AS district, crime.crime_type, sum(crime.incidents) AS incidents
    FROM core_crime AS crime
    JOIN month_source AS source
        ON source.fact = 'crime' AND source.month = crime.month AND source.source = crime.source
    JOIN stretch ON stretch.month = crime.month AND crime.unit <= stretch.through
    JOIN district_ancestor AS above ON above.district = crime.district
    GROUP BY ALL
),
seen AS (
    SELECT stretch.years, covered.district, told.crime_type, coalesce(counted.incidents, 0) AS incidents
    FROM stretch
    JOIN district_month AS covered ON covered.fact = 'crime' AND covered.month = stretch.month
    JOIN type_told AS told ON told.month = stretch.month
    LEFT JOIN counted
        ON counted.years = stretch.years AND counted.district = covered.district AND counted.crime_type = told.crime_type
),
beside AS (
    SELECT
        district,
        crime_type,
        (sum(incidents) FILTER (years = 0))::BIGINT AS incidents,
        (sum(incidents) FILTER (years = 1))::BIGINT AS same_days_last_year,
        CASE WHEN count(*) FILTER (years > 0) = 3
             THEN (sum(incidents) FILTER (years > 0))::DOUBLE / 3 END AS same_days_three_year_mean
    FROM seen
    GROUP BY district, crime_type
)
SELECT
    place.district,
    place.district_name,
    place.level,
    place.parent,
    beside.crime_type,
    running.month,
    running.through,
    beside.incidents,
    beside.same_days_last_year,
    beside.same_days_three_year_mean
FROM running
CROSS JOIN beside
JOIN core_district AS place ON place.district = beside.district
WHERE beside.incidents IS NOT NULL
ORDER BY place.district, beside.crime_type
