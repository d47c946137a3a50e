-- One row per crime row of some months, in the source counted for its month. Offences that police find themselves are left
-- out: where patrols are sent more of them are found. Station and box are empty where the row does not name them, the
-- cell where it has none of the agency's grid.
SELECT
    crime.month,
    crime.crime_type,
    station.ancestor AS station,
    box.ancestor AS box,
    CASE WHEN crime.file_id NOT IN (SELECT file_id FROM other_grid) THEN crime.cell END AS cell,
    crime.occurred_at,
    crime.occurred_until,
    crime.incidents::BIGINT AS incidents
FROM core_crime AS crime
JOIN month_source AS source
    ON source.fact = 'crime' AND source.month = crime.month AND source.source = crime.source
LEFT JOIN (SELECT above.* FROM district_ancestor AS above JOIN core_district AS held
           ON held.district = above.ancestor AND held.level = 'station' AND NOT held.is_unknown) AS station
    ON station.district = crime.district
LEFT JOIN (SELECT above.* FROM district_ancestor AS above JOIN core_district AS held
           ON held.district = above.ancestor AND held.level = 'box' AND NOT held.is_unknown) AS box
    ON box.district = crime.district
LEFT JOIN found_by_police AS found ON found.source = crime.source AND found.code = crime.offence_code
WHERE crime.month BETWEEN $first AND $last AND list_contains($crime_types, crime.crime_type) AND found.code IS NULL
ORDER BY ALL
