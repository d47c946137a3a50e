-- One row per district, crime type, subtype and month whose source's code list tells subtypes of the type, also where
-- nothing happened. `other` holds the codes of the type of which the list tells none, so a type's subtypes add up to it.
WITH told AS (
    SELECT DISTINCT source, crime_type, subtype
    FROM offence_subtype
),
rolled AS (
    SELECT
        above.ancestor AS district,
        crime.month,
        crime.crime_type,
        -- A code the list does not name is of the type by the list's row for all others.
        coalesce(listed.subtype, 'other') AS subtype,
        sum(crime.incidents) AS incidents
    FROM core_crime AS crime
    JOIN month_source AS source
        ON source.fact = 'crime' AND source.month = crime.month AND source.source = crime.source
    JOIN district_ancestor AS above ON above.district = crime.district
    LEFT JOIN offence_subtype AS listed
        ON listed.source = crime.source AND listed.crime_type = crime.crime_type AND listed.code = crime.offence_code
    WHERE (crime.source, crime.crime_type) IN (SELECT (source, crime_type) FROM told)
    GROUP BY ALL
)
SELECT
    whole.district,
    whole.district_name,
    whole.level,
    whole.parent,
    whole.crime_type,
    told.subtype,
    whole.month,
    coalesce(rolled.incidents, 0)::BIGINT AS incidents,
    whole.complete
FROM crime_month AS whole
JOIN month_source AS source ON source.fact = 'crime' AND source.month = whole.month
JOIN told ON told.source = source.source AND told.crime_type = whole.crime_type
LEFT JOIN rolled
    ON rolled.district = whole.district AND rolled.month = whole.month
    AND rolled.crime_type = whole.crime_type AND rolled.subtype = told.subtype
ORDER BY whole.district, whole.crime_type, told.subtype, whole.month
