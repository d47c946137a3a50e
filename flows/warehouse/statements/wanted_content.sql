-- One row per core table and month that owned units have rows for: what it is to be built from.
-- A unit is a day of the export's own clock, a month one of the agency's: a day's rows may count in two months.
CREATE OR REPLACE TEMP TABLE wanted_content AS
SELECT
    'core_' || owned.kind AS table_name,
    held.month,
    sum(held.n_rows)::BIGINT AS n_rows,
    md5(string_agg(
        concat_ws('|', owned.source, nullif(owned.part, owned.source), owned.unit, held.stored_in, held.n_rows, held.content), ';'
        ORDER BY owned.source, owned.part, owned.unit
    )) AS content
FROM owned_unit AS owned
JOIN file_unit AS held ON held.file_id = owned.file_id AND held.unit = owned.unit
GROUP BY owned.kind, held.month
