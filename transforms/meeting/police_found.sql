-- One row per month and crime type: what the police found themselves, of the source counted for the month.
-- No table of places knows of it; that its place is not told does not make it one whose place is not known.
SELECT crime.month, crime.crime_type, sum(crime.incidents)::BIGINT AS incidents
FROM core_crime AS crime
JOIN month_source AS source
    ON source.fact = 'crime' AND source.month = crime.month AND source.source = crime.source
JOIN found_by_police AS found ON found.source = crime.source AND found.code = crime.offence_code
GROUP BY crime.month, crime.crime_type
ORDER BY crime.month, crime.crime_type
