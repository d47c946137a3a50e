-- One row per district and day of the months of calls that are whole and whose source tells the time of day: a day
-- without a call is a zero there. A district that was never whole, as where one of its stations has never reported, has
-- the days on which any below it is.
WITH whole AS (
    SELECT covered.district, covered.parent, covered.month
    FROM district_month AS covered
    JOIN month_source AS source ON source.fact = 'call' AND source.month = covered.month
    WHERE covered.fact = 'call' AND covered.complete AND source.has_time AND covered.month <= getvariable('month')
),
month AS (
    SELECT district, month FROM whole
    UNION
    SELECT parent, month FROM whole
    WHERE parent IS NOT NULL AND parent NOT IN (SELECT district FROM whole)
)
SELECT district, unnest(generate_series(month, last_day(month), INTERVAL 1 DAY))::DATE AS date
FROM month
ORDER BY district, date
