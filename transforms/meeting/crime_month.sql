-- One row per district, crime type and month covered, also where nothing happened:
-- a forecaster must be able to tell "no thefts" from "no data".
WITH rolled AS (
    SELECT above.ancestor AS district, counted.month, counted.crime_type,
           sum(counted.incidents) AS incidents, sum(counted.cleared) AS cleared
    FROM crime_counted AS counted
    JOIN district_ancestor AS above ON above.district = counted.district
    GROUP BY ALL
),
-- Whether the month's rows say of any crime that it was cleared or not; if none does, "0 cleared" would be invented.
says_cleared AS (
    SELECT month, bool_or(cleared IS NOT NULL) AS is_said
    FROM crime_counted
    GROUP BY month
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
    CASE WHEN says_cleared.is_said THEN coalesce(rolled.cleared, 0)::BIGINT END AS cleared,
    covered.month > getvariable('month') - to_months(getvariable('provisional_months')::INTEGER) AS provisional,
    covered.complete
FROM district_month AS covered
JOIN type_told AS told ON told.month = covered.month
LEFT JOIN rolled
    ON rolled.district = covered.district AND rolled.month = covered.month AND rolled.crime_type = told.crime_type
LEFT JOIN says_cleared ON says_cleared.month = covered.month
WHERE covered.fact = 'crime' AND covered.month <= getvariable('month')
ORDER BY covered.district, told.crime_type, covered.month
