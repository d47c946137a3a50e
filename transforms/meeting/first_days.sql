-- One row per district, crime type and month, the one still running and the 24 before it: crimes of as many first days as the
-- running month is told, and, where they are covered, of the whole month. Empty where no month is running.
WITH running AS (
    SELECT DISTINCT month, through, day(through) AS days FROM crime_to_date
),
stretch AS (
    SELECT
        source.month,
        source.source,
        source.is_whole,
        source.month = running.month AS is_running,
        least(source.month + running.days::INTEGER - 1, last_day(source.month)) AS through
    FROM running
    JOIN month_source AS source
        ON source.month BETWEEN running.month - INTERVAL 24 MONTH AND running.month
    WHERE source.fact = 'crime' AND source.kind = 'crime' AND source.has_day
        AND (source.is_whole OR source.month = running.month)
),
counted AS (
    SELECT
        stretch.month,
        above.ancestor AS district,
        crime.crime_type,
        sum(crime.incidents) FILTER (crime.unit <= stretch.through) AS so_far,
        sum(crime.incidents) AS incidents
    FROM core_crime AS crime
    JOIN stretch ON stretch.month = crime.month AND stretch.source = crime.source
    JOIN district_ancestor AS above ON above.district = crime.district
    GROUP BY ALL
)
SELECT
    covered.district,
    covered.level,
    told.crime_type,
    stretch.month,
    stretch.through,
    day(stretch.through)::BIGINT AS days,
    coalesce(counted.so_far, 0)::BIGINT AS so_far,
    CASE WHEN NOT stretch.is_running AND covered.complete THEN coalesce(counted.incidents, 0)::BIGINT END AS incidents
FROM stretch
JOIN district_month AS covered ON covered.fact = 'crime' AND covered.month = stretch.month
JOIN type_told AS told ON told.month = stretch.month
JOIN agency_crime_type AS declared ON declared.code = told.crime_type AND declared.is_forecast
LEFT JOIN counted
    ON counted.month = stretch.month AND counted.district = covered.district AND counted.crime_type = told.crime_type
WHERE stretch.is_running OR covered.complete
ORDER BY covered.district, told.crime_type, stretch.month
