-- One row per fact, month and district that the month's source covers: where nothing happened there, that is a zero.
-- * A source speaks only of the levels it names; below them there is nothing to say, not even zero.
-- * A station that is expected to report and has no row of any type did not report: it and its boxes have no row here,
--   and the agency is incomplete. A box without one had nothing happen.
-- * Districts nobody expects (headquarters, `unknown-…`) are covered once the source has ever named them: before that,
--   zeros would only be noise, after that their absence would read as a gap.
-- * A district that is not valid in the month is still covered where rows name it: its parent's total holds them.
WITH candidate AS (
    SELECT
        source.fact,
        source.month,
        source.source,
        source.is_whole,
        source.has_station,
        source.has_box,
        place.district,
        place.parent,
        place.level,
        place.is_expected,
        coalesce(place.valid_from <= last_day(source.month), true)
            AND coalesce(place.valid_to >= source.month, true) AS is_valid,
        reported.n_rows IS NOT NULL AS has_rows,
        EXISTS (
            FROM district_reported AS ever
            WHERE ever.fact = source.fact AND ever.source = source.source AND ever.district = place.district
        ) AS is_ever_named
    FROM month_source AS source
    CROSS JOIN core_district AS place
    LEFT JOIN district_reported AS reported
        ON reported.fact = source.fact AND reported.month = source.month AND reported.district = place.district
),
missing AS (
    SELECT fact, month, count(*) AS stations
    FROM candidate
    WHERE level = 'station' AND has_station AND is_expected AND is_valid AND NOT has_rows
    GROUP BY fact, month
),
agency AS (
    SELECT candidate.*, is_whole AND missing.stations IS NULL AS complete
    FROM candidate
    LEFT JOIN missing USING (fact, month)
    WHERE level = 'agency' AND (has_rows OR missing.stations IS NULL)
),
station AS (
    SELECT candidate.*, candidate.is_whole AS complete
    FROM candidate
    JOIN agency ON agency.fact = candidate.fact AND agency.month = candidate.month AND agency.district = candidate.parent
    WHERE candidate.level = 'station' AND candidate.has_station
      AND (candidate.has_rows OR (NOT candidate.is_expected AND candidate.is_valid AND candidate.is_ever_named))
),
box AS (
    SELECT candidate.*, candidate.is_whole AS complete
    FROM candidate
    JOIN station ON station.fact = candidate.fact AND station.month = candidate.month AND station.district = candidate.parent
    WHERE candidate.level = 'box' AND candidate.has_box
      AND (candidate.has_rows
           OR (candidate.is_valid AND (candidate.is_expected OR candidate.is_ever_named)))
)
SELECT covered.fact, covered.month, covered.source, covered.district, place.district_name, place.level, place.parent,
       covered.complete
FROM (FROM agency UNION ALL FROM station UNION ALL FROM box) AS covered
JOIN core_district AS place ON place.district = covered.district
ORDER BY covered.fact, covered.month, covered.district
