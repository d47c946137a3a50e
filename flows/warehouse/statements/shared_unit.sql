-- One row per unit and month of a file just stored whose rows another file of its source seems to tell alike,
-- with the file whose copy is kept (the older export) and the one whose copy is dropped.
CREATE OR REPLACE TEMP TABLE shared_unit AS
SELECT
    fresh.unit,
    fresh.month,
    other.file_id AS other,
    CASE WHEN (theirs.exported_on, theirs.sha256) < (ours.exported_on, ours.sha256)
         THEN other.file_id ELSE fresh.file_id END AS kept,
    CASE WHEN (theirs.exported_on, theirs.sha256) < (ours.exported_on, ours.sha256)
         THEN fresh.file_id ELSE other.file_id END AS dropped
FROM file_unit AS fresh
JOIN file_unit AS other
    ON other.source = fresh.source AND other.unit = fresh.unit AND other.month = fresh.month
    AND other.n_rows = fresh.n_rows AND other.content = fresh.content
    AND other.file_id <> fresh.file_id
    AND NOT list_contains($later::VARCHAR[], other.file_id) -- entered together with it, and not shared yet
    AND other.stored_in = other.file_id     -- only what is really stored there; of equal contents that is one
JOIN received_file AS ours ON ours.file_id = fresh.file_id
JOIN received_file AS theirs ON theirs.file_id = other.file_id AND theirs.kind = ours.kind
    AND theirs.grid IS NOT DISTINCT FROM ours.grid -- equal codes of two grids are two places
WHERE fresh.file_id = $file_id
