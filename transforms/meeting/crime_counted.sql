-- One row per month, finest district and crime type among the rows of the source counted for the month.
-- Types the agency does not declare are kept: they are no line of any table, but they show that a station reported.
-- `cleared` is empty where none of the rows says.
WITH told AS (
    SELECT source, month, district, crime_type, incidents, cleared
    FROM core_crime
    UNION ALL
    SELECT source, month, district, crime_type, incidents, cleared
    FROM core_crime_count
)
SELECT
    told.month,
    told.source,
    -- A district that is nowhere would vanish in the joins below, and its crimes with it.
    coalesce(known.district, error('core_crime: district ' || told.district || ' is not in core_district')) AS district,
    told.crime_type,
    count(*) AS n_rows,
    coalesce(sum(told.incidents), 0)::BIGINT AS incidents,
    sum(told.cleared)::BIGINT AS cleared
FROM told
JOIN month_source AS counted
    ON counted.fact = 'crime' AND counted.month = told.month AND counted.source = told.source
LEFT JOIN core_district AS known ON known.district = told.district
GROUP BY ALL
ORDER BY told.month, district, told.crime_type
