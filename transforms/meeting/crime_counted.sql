-- One row per month, finest district and crime type among the rows of the source counted for the month.
-- Types the agency does not declare are kept: they are no line of any table, but they show that a station reported.
-- `incidents` is empty where a table of counts leaves one of them empty: such a row says neither count.
-- `cleared` is empty where none of the rows says, and where a table of counts does not say it of all it counts.
WITH told AS (
    SELECT source, month, district, crime_type, incidents, cleared, false AS is_count
    FROM core_crime
    UNION ALL
    SELECT source, month, district, crime_type, incidents, cleared, true AS is_count
    FROM core_crime_count
),
summed AS (
    SELECT
        told.month,
        told.source,
        -- A district that is nowhere would vanish in the joins below, and its crimes with it.
        coalesce(known.district, error('core_crime: district ' || told.district || ' is not in core_district')) AS district,
        told.crime_type,
        count(*) AS n_rows,
        bool_or(told.is_count AND told.incidents IS NULL AND told.cleared IS NULL) AS is_unknown,
        coalesce(sum(told.incidents), 0)::BIGINT AS incidents,
        CASE WHEN count(told.cleared) >= count(told.incidents) FILTER (told.is_count)
             THEN sum(told.cleared)::BIGINT END AS cleared
    FROM told
    JOIN month_source AS counted
        ON counted.fact = 'crime' AND counted.month = told.month AND counted.source = told.source
    LEFT JOIN core_district AS known ON known.district = told.district
    GROUP BY ALL
)
SELECT
    month,
    source,
    district,
    crime_type,
    n_rows,
    CASE WHEN NOT is_unknown THEN incidents END AS incidents,
    CASE WHEN NOT is_unknown THEN cleared END AS cleared
FROM summed
ORDER BY month, district, crime_type
