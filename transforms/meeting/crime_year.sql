-- One row per district, crime type and year that an annual table or twelve complete months give.
-- Years that end after the run's month are left out: the meeting could not have seen them.
-- Annual tables are not ordered by agency.toml, so a year told by several is read from the first by name.
WITH first_table AS (
    SELECT year, min(source) AS source
    FROM core_crime_year
    WHERE make_date(year, 12, 1) <= getvariable('month')
    GROUP BY year
),
told AS (
    SELECT
        coalesce(known.district, error('core_crime_year: district ' || annual.district || ' is not in core_district'))
            AS district,
        annual.crime_type,
        annual.year,
        annual.incidents,
        annual.incidents IS NULL AND annual.cleared IS NULL AS is_unknown
    FROM core_crime_year AS annual
    JOIN first_table USING (year, source)
    LEFT JOIN core_district AS known ON known.district = annual.district
),
-- Occurrences and clearances of one district stand in separate rows: the sum passes over the empty cells.
-- A table by station gives the agency as stations + headquarters. A cell the table leaves empty is not known, and so is
-- every sum it belongs to.
by_table AS (
    SELECT above.ancestor AS district, told.crime_type, told.year,
           sum(told.incidents)::BIGINT AS incidents
    FROM told
    JOIN district_ancestor AS above ON above.district = told.district
    GROUP BY ALL
    HAVING sum(told.incidents) IS NOT NULL AND NOT bool_or(told.is_unknown)
),
-- An incomplete month would make the difference speak of what is missing, not of what was counted differently.
by_month AS (
    SELECT district, crime_type, year(month)::INTEGER AS year, sum(incidents)::BIGINT AS incidents_from_months
    FROM crime_month
    WHERE complete
    GROUP BY ALL
    HAVING count(*) = 12
)
SELECT
    place.district,
    place.district_name,
    place.level,
    place.parent,
    declared.code AS crime_type,
    year,
    by_table.incidents,
    by_month.incidents_from_months,
    by_table.incidents - by_month.incidents_from_months AS difference
FROM by_table
FULL JOIN by_month USING (district, crime_type, year)
JOIN core_district AS place ON place.district = district
JOIN agency_crime_type AS declared ON declared.code = crime_type
ORDER BY place.district, declared.code, year
