-- One row per fact, month and district of any level that at least one row of the month's source belongs to,
-- whatever its crime type or call group: a station without one did not report.
WITH told AS (
    SELECT 'crime' AS fact, month, source, district, sum(n_rows) AS n_rows
    FROM crime_counted
    GROUP BY ALL
    UNION ALL
    SELECT
        'call' AS fact,
        core_call.month,
        core_call.source,
        coalesce(known.district, error('core_call: district ' || core_call.district || ' is not in core_district')),
        count(*)
    FROM core_call
    JOIN month_source AS counted
        ON counted.fact = 'call' AND counted.month = core_call.month AND counted.source = core_call.source
    LEFT JOIN core_district AS known ON known.district = core_call.district
    GROUP BY ALL
)
SELECT told.fact, told.month, told.source, above.ancestor AS district, sum(told.n_rows)::BIGINT AS n_rows
FROM told
JOIN district_ancestor AS above ON above.district = told.district
GROUP BY ALL
ORDER BY told.fact, told.month, above.ancestor
