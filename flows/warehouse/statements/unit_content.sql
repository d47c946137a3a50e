-- One row: what covering_unit, owned_unit and full_day are made of, as sums of hashes, which no order of rows changes.
SELECT
    (SELECT (count(*), sum(hash(file_id, sha256, status, source, kind, part))) FROM received_file),
    (SELECT (count(*), sum(hash(delivery))) FROM delivery),
    (SELECT (count(*), sum(hash(withdrawal))) FROM withdrawal),
    (SELECT (count(*), sum(hash(file_id, unit, n_rows))) FROM file_unit)
