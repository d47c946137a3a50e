-- One row per source, part and unit (day, month or year) covered at the as-of day: the file that owns it.
-- The newest export counts, of one day's the one that was seen last. A month or year covered only in part is given up to a file that covers it whole,
-- because a delivery that begins in mid-month says nothing of the days before. Reads covering_unit.
CREATE OR REPLACE TEMP TABLE owned_unit AS
SELECT source, part, kind, month, unit, file_id, exported_on, covered_from, covered_to
FROM covering_unit
QUALIFY row_number() OVER (PARTITION BY source, part, unit ORDER BY is_whole DESC, exported_on DESC, seen DESC, sha256 DESC) = 1
