-- One row per accepted file, day it was delivered by the as-of day, and unit (day, month or year) that it covers.
-- A file that the as-of day sees withdrawn covers nothing, on no day: the export before it owns its periods again,
-- also in the history of revisions. Sources that add up, and the parts of one source, are told apart by `part`.
-- Reads source_layout.
CREATE OR REPLACE TEMP TABLE covering_unit AS
WITH withdrawn AS (
    SELECT file_id
    FROM withdrawal
    WHERE decided_on <= $as_of
    GROUP BY file_id
    HAVING arg_max(is_withdrawn, number)
),
unit AS (
    SELECT
        layout.source,
        concat_ws('/', layout.layout, file.part) AS part,
        layout.kind,
        layout.grain,
        file.file_id,
        file.sha256,
        delivery.exported_on,
        delivery.seen,
        delivery.period_from,
        -- A file made in mid-month cannot cover the days to come, whatever month its name says.
        least(delivery.period_to, delivery.exported_on) AS covered_to,
        unnest(generate_series(
            date_trunc(layout.grain, delivery.period_from),
            delivery.period_to::TIMESTAMP,
            CASE layout.grain WHEN 'day' THEN INTERVAL 1 DAY WHEN 'month' THEN INTERVAL 1 MONTH ELSE INTERVAL 1 YEAR END
        ))::DATE AS unit
    FROM received_file AS file
    JOIN delivery ON delivery.file_id = file.file_id
    JOIN source_layout AS layout ON layout.layout = file.source AND layout.kind = file.kind
    ANTI JOIN withdrawn ON withdrawn.file_id = file.file_id
    WHERE file.status = 'accepted' AND delivery.exported_on <= $as_of
),
bounded AS (
    SELECT
        *,
        CASE grain WHEN 'day' THEN unit WHEN 'month' THEN last_day(unit) ELSE make_date(year(unit), 12, 31) END AS unit_end
    FROM unit
)
SELECT
    source,
    part,
    kind,
    CASE grain WHEN 'day' THEN date_trunc('month', unit)::DATE ELSE unit END AS month,
    unit,
    file_id,
    sha256,
    exported_on,
    seen,
    greatest(unit, period_from) AS covered_from,
    least(unit_end, covered_to) AS covered_to,
    period_from <= unit AND covered_to >= unit_end AS is_whole
FROM bounded
