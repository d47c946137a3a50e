-- One row per district and each district that holds it, itself included (`ancestor_level` is the level of that one).
-- A fact is stored at the finest district known, so joining this and grouping by `ancestor` counts it at every level
-- exactly once: that is what makes children add up to their parent.
WITH RECURSIVE climb (district, ancestor, parent) AS (
    SELECT district, district, parent
    FROM core_district
    UNION ALL
    SELECT climb.district, above.district, above.parent
    FROM climb
    JOIN core_district AS above ON above.district = climb.parent
)
SELECT climb.district, climb.ancestor, held.level AS ancestor_level
FROM climb
JOIN core_district AS held ON held.district = climb.ancestor
ORDER BY climb.district, climb.ancestor
