-- One row per district, crime type and month covered, also where nothing happened:
-- a forecaster must be able to tell "no thefts" from "no data".
-- What a table of counts leaves empty is not known: it has no row, and the districts that hold it are not complete.
WITH rolled AS (
    SELECT above.ancestor AS district, counted.month, counted.crime_type,
           sum(counted.incidents) AS incidents, count(*) FILTER (counted.incidents IS NULL) AS unknowns,
           coalesce(sum(counted.cleared), 0) AS cleared,
           -- Of incidents, a row that does not say is not cleared; a table of counts that does not say leaves it unknown.
           bool_or(source.kind = 'crime_count' AND counted.incidents IS NOT NULL AND counted.cleared IS NULL) AS is_cleared_unknown
    FROM crime_counted AS counted
    JOIN month_source AS source ON source.fact = 'crime' AND source.month = counted.month
    JOIN district_ancestor AS above ON above.district = counted.district
    GROUP BY ALL
),
-- Whether the month's rows say of any crime that it was cleared or not; if none does, "0 cleared" would be invented.
says_cleared AS (
    SELECT month, bool_or(cleared IS NOT NULL) AS is_said
    FROM crime_counted
    GROUP BY month
),
-- Where something of a district is not known, whether anything below it is: a district of which nothing is has no row.
known_below AS (
    SELECT DISTINCT rolled.district, rolled.month, rolled.crime_type
    FROM rolled
    JOIN district_ancestor AS below ON below.ancestor = rolled.district
    JOIN district_month AS covered
        ON covered.fact = 'crime' AND covered.month = rolled.month AND covered.district = below.district
    LEFT JOIN crime_counted AS own
        ON own.district = covered.district AND own.month = covered.month AND own.crime_type = rolled.crime_type
    WHERE rolled.unknowns > 0
      AND (own.incidents IS NOT NULL
           OR (own.n_rows IS NULL
               AND covered.district NOT IN (SELECT parent FROM district_month
                                            WHERE fact = 'crime' AND month = covered.month AND parent IS NOT NULL)))
)
SELECT
    covered.district,
    covered.district_name,
    covered.level,
    covered.parent,
    told.crime_type,
    covered.month,
    coalesce(rolled.incidents, 0)::BIGINT AS incidents,
    -- What is expected in the end is what has been reported, until late reports are estimated from the exports before.
    coalesce(rolled.incidents, 0)::DOUBLE AS expected_final,
    NULL::DOUBLE AS expected_final_lower_80,
    NULL::DOUBLE AS expected_final_upper_80,
    CASE WHEN says_cleared.is_said AND NOT coalesce(rolled.is_cleared_unknown, false)
         THEN coalesce(rolled.cleared, 0)::BIGINT END AS cleared,
    covered.month > getvariable('month') - to_months(getvariable('provisional_months')::INTEGER) AS provisional,
    covered.complete AND coalesce(rolled.unknowns, 0) = 0 AS complete
FROM district_month AS covered
JOIN type_told AS told ON told.month = covered.month
LEFT JOIN rolled
    ON rolled.district = covered.district AND rolled.month = covered.month AND rolled.crime_type = told.crime_type
LEFT JOIN says_cleared ON says_cleared.month = covered.month
LEFT JOIN known_below AS known
    ON known.district = covered.district AND known.month = covered.month AND known.crime_type = told.crime_type
WHERE covered.fact = 'crime' AND covered.month <= getvariable('month')
  AND (coalesce(rolled.unknowns, 0) = 0 OR known.district IS NOT NULL)
ORDER BY covered.district, told.crime_type, covered.month
