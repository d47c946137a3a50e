-- One row per district, crime type, month, weekday and hour with at least one crime row that has a time of day.
-- The month is the one the crime is counted in; weekday (1 = Monday) and hour are when it occurred. Reversals count
-- where they stand, so one hour may be negative while the month's sum is right.
SELECT
    covered.district,
    covered.district_name,
    covered.level,
    covered.parent,
    crime.crime_type,
    covered.month,
    isodow(crime.occurred_at)::TINYINT AS weekday,
    hour(crime.occurred_at)::TINYINT AS hour,
    sum(crime.incidents)::BIGINT AS incidents
FROM core_crime AS crime
JOIN month_source AS source
    ON source.fact = 'crime' AND source.month = crime.month AND source.source = crime.source
JOIN agency_crime_type AS declared ON declared.code = crime.crime_type
JOIN district_ancestor AS above ON above.district = crime.district
JOIN district_month AS covered
    ON covered.fact = 'crime' AND covered.month = crime.month AND covered.district = above.ancestor
WHERE crime.occurred_at IS NOT NULL AND crime.month <= getvariable('month')
GROUP BY ALL
ORDER BY covered.district, crime.crime_type, covered.month, weekday, hour
