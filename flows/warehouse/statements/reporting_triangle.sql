-- One row per source, district without children, crime type, month and export day on which the whole month had been
-- delivered: the count as seen then, also where the export changed nothing.
-- Up to the first export at least $days after the month's end; months that begin $years or more before $as_of are left out.
-- Reads covering_unit, source_layout, source_part and revised (the rows of revision.sql, which have every level).
WITH covering AS (
    SELECT covered.*, layout.grain
    FROM covering_unit AS covered
    JOIN (SELECT DISTINCT source, grain FROM source_layout) AS layout ON layout.source = covered.source
    WHERE covered.kind IN ('crime', 'crime_count') AND layout.grain IN ('day', 'month')
        AND covered.month > $as_of::DATE - to_years($years::INTEGER)
),
exported AS (
    SELECT DISTINCT source, month, exported_on FROM covering
),
-- The day on which the last unit of a month was first delivered to its end, in every part; a month with a gap has none.
wanted AS (
    SELECT exported.source, exported.month, count(*) AS parts
    FROM (SELECT DISTINCT source, month FROM exported) AS exported
    JOIN source_part AS part
        ON part.source = exported.source
        AND coalesce(part.valid_from <= last_day(exported.month), true) AND coalesce(part.valid_to >= exported.month, true)
    GROUP BY exported.source, exported.month
),
whole AS (
    SELECT first.source, first.month, max(first.first_on) AS whole_on
    FROM (
        SELECT source, part, month, grain, unit, min(exported_on) FILTER (is_whole) AS first_on
        FROM covering
        GROUP BY source, part, month, grain, unit
    ) AS first
    LEFT JOIN wanted ON wanted.source = first.source AND wanted.month = first.month
    GROUP BY first.source, first.month, first.grain
    HAVING count(first.first_on)
        >= CASE first.grain WHEN 'day' THEN day(last_day(first.month)) ELSE 1 END * coalesce(any_value(wanted.parts), 1)
),
look AS (
    SELECT exported.*
    FROM exported
    JOIN whole ON whole.source = exported.source AND whole.month = exported.month
    WHERE exported.exported_on >= whole.whole_on
    QUALIFY coalesce(lag(exported.exported_on) OVER (PARTITION BY exported.source, exported.month ORDER BY exported.exported_on)
                     < last_day(exported.month) + $days::INTEGER, true)
),
-- A station of which no row of any type had come by then had not reported: that is no count of zero.
station AS (
    SELECT source, district, month, min(exported_on) AS since
    FROM revised
    WHERE level = 'station'
    GROUP BY source, district, month
),
series AS (
    SELECT revised.source, revised.district, revised.crime_type, revised.month, min(station.since) AS since
    FROM revised
    LEFT JOIN station
        ON station.source = revised.source AND station.month = revised.month
        AND station.district = CASE WHEN revised.level = 'station' THEN revised.district ELSE revised.parent END
    -- Where a source names no boxes, its stations are the districts without children.
    WHERE NOT EXISTS (
        FROM revised AS child
        WHERE child.source = revised.source AND child.month = revised.month AND child.parent = revised.district
    )
    GROUP BY revised.source, revised.district, revised.crime_type, revised.month
)
SELECT
    series.source,
    series.district,
    series.crime_type,
    series.month,
    look.exported_on,
    coalesce(arg_max(revised.incidents, revised.exported_on), 0)::BIGINT AS incidents
FROM series
JOIN look ON look.source = series.source AND look.month = series.month AND look.exported_on >= coalesce(series.since, look.exported_on)
-- The newest row by then. An ASOF join takes half a minute to set apart some ten thousand series of a row or two each.
LEFT JOIN revised
    ON revised.source = series.source AND revised.district = series.district AND revised.crime_type = series.crime_type
    AND revised.month = series.month AND look.exported_on >= revised.exported_on
GROUP BY series.source, series.district, series.crime_type, series.month, look.exported_on
ORDER BY ALL
