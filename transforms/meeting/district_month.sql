-- One row per fact, month and district that the month's source covers: where nothing happened there, that is a zero.
-- * A source speaks only of the levels it names; below them there is nothing to say, not even zero.
-- * A station that is expected to report and has no row of any type did not report: it and its boxes have no row here,
--   and the agency is incomplete. A box without one had nothing happen.
-- * Unless it is so small that a month without one is no surprise: of a Poisson law with the mean of its own months of
--   the two years before, zero has probability `quiet_chance` or more. Then that is a zero. Not in a table of counts,
--   where a line for it would say so, and not where the part of it has not come.
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
        source.kind,
        list_contains(string_split(coalesce(source.parts_missing, ''), '|'), part.part) AS is_part_missing,
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
    LEFT JOIN source_part_district AS part ON part.source = source.source AND part.district = place.district
    LEFT JOIN district_reported AS reported
        ON reported.fact = source.fact AND reported.month = source.month AND reported.district = place.district
),
silent AS (
    FROM candidate
    WHERE level = 'station' AND has_station AND is_expected AND is_valid AND NOT has_rows
),
first_row AS (
    SELECT fact, source, district, min(month) AS month
    FROM district_reported
    GROUP BY fact, source, district
),
quiet AS (
    SELECT silent.fact, silent.month, silent.district
    FROM silent
    JOIN first_row
        ON first_row.fact = silent.fact AND first_row.source = silent.source AND first_row.district = silent.district
    JOIN month_source AS earlier
        ON earlier.fact = silent.fact AND earlier.source = silent.source AND earlier.is_whole
        AND earlier.month < silent.month AND earlier.month >= first_row.month
        AND earlier.month >= silent.month - INTERVAL 24 MONTH
    LEFT JOIN district_reported AS reported
        ON reported.fact = silent.fact AND reported.month = earlier.month AND reported.district = silent.district
        AND reported.source = silent.source
    WHERE silent.is_whole AND silent.kind <> 'crime_count' AND NOT coalesce(silent.is_part_missing, false)
    GROUP BY silent.fact, silent.month, silent.district
    HAVING count(*) >= getvariable('quiet_months')
        AND exp(-sum(coalesce(reported.n_rows, 0)) / count(*)) >= getvariable('quiet_chance')
),
missing AS (
    SELECT fact, month, count(*) AS stations
    FROM silent
    ANTI JOIN quiet USING (fact, month, district)
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
      AND (candidate.has_rows OR (NOT candidate.is_expected AND candidate.is_valid AND candidate.is_ever_named)
           OR (candidate.fact, candidate.month, candidate.district) IN (SELECT (fact, month, district) FROM quiet))
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
