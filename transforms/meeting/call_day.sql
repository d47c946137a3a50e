-- One row per district and day of the months of calls that are whole, whose source tells the time of day and whose
-- classes are those of the run's month (`call_urgency`): a day without a call of a class is a zero there.
-- A district that was never whole, as where one of its stations has never reported, has the days of the months in which
-- the fullest set of those below it reported, the newest such set: of another set its calls would be another sum. Sets
-- are of those expected to report; one that holds a station closed by the run's month is of the past.
WITH whole AS (
    SELECT covered.district, covered.parent, covered.month, place.is_expected,
        coalesce(place.valid_to < getvariable('month'), false) AS is_closed
    FROM district_month AS covered
    JOIN month_source AS source ON source.fact = 'call' AND source.month = covered.month
    JOIN call_urgency AS alike ON alike.month = covered.month
    JOIN core_district AS place ON place.district = covered.district
    WHERE covered.fact = 'call' AND covered.complete AND source.has_time
),
reported AS (
    SELECT parent AS district, month, list(district ORDER BY district) AS those
    FROM whole
    WHERE parent IS NOT NULL AND is_expected AND parent NOT IN (SELECT district FROM whole)
    GROUP BY parent, month
    HAVING NOT bool_or(is_closed)
),
fullest AS (
    SELECT DISTINCT ON (district) district, those
    FROM reported
    ORDER BY district, len(those) DESC, month DESC
),
known AS (
    SELECT district, month FROM whole
    UNION
    SELECT district, month FROM reported JOIN fullest USING (district, those)
)
SELECT district, unnest(generate_series(month, last_day(month), INTERVAL 1 DAY))::DATE AS date
FROM known
ORDER BY district, date
