-- One row per crime row with a usable point, of a crime type of the agency's places, in the source counted for its month.
-- Cells of a file that was read for another grid are none of this one, even where a code of it could be.
-- Offences that police find themselves are left out: where they are told they say where police looked.
-- Its day is the one it is counted on, never the one it occurred on: what is made of the days before another then sees
-- nothing that is counted on a later day. Not when a row was received: a late delivery for an earlier day is seen. Where a
-- source has no days it is the day it occurred on if that is of the month, else the month's middle; `happened`, which near
-- repeats go by, is the day it occurred on, where only that is not known the one it is counted on, and empty where neither
-- is. Station and box are empty where the row does not name them.
SELECT
    crime.cell,
    crime.crime_type,
    crime.month,
    CASE WHEN source.has_day THEN crime.unit
         WHEN date_trunc('month', crime.occurred_at) = crime.month THEN crime.occurred_at::DATE
         ELSE crime.month + 14 END AS day,
    coalesce(crime.occurred_at::DATE, CASE WHEN source.has_day THEN crime.unit END) AS happened,
    crime.incidents::BIGINT AS incidents,
    crime.occurred_at,
    crime.occurred_until,
    station.ancestor AS station,
    box.ancestor AS box,
    crime.file_id,
    crime.row_number
FROM core_crime AS crime
JOIN month_source AS source
    ON source.fact = 'crime' AND source.month = crime.month AND source.source = crime.source
JOIN agency_place_type AS told ON told.code = crime.crime_type
LEFT JOIN (SELECT above.* FROM district_ancestor AS above JOIN core_district AS held
           ON held.district = above.ancestor AND held.level = 'station' AND NOT held.is_unknown) AS station
    ON station.district = crime.district
LEFT JOIN (SELECT above.* FROM district_ancestor AS above JOIN core_district AS held
           ON held.district = above.ancestor AND held.level = 'box' AND NOT held.is_unknown) AS box
    ON box.district = crime.district
LEFT JOIN found_by_police AS found ON found.source = crime.source AND found.code = crime.offence_code
WHERE crime.cell IS NOT NULL AND crime.month <= getvariable('as_of') AND found.code IS NULL
    AND crime.file_id NOT IN (SELECT file_id FROM other_grid)
ORDER BY day, crime.cell, crime.crime_type, crime.incidents, crime.occurred_at, crime.occurred_until, happened, station, box
