-- One row per source, file that newer deliveries hide, and month: how much of what it told is still told by them.
-- Rows are compared as facts (of counts, as cells that are not zero), over the units (days, months) that are hidden.
-- Reads hidden_unit and the raw tables.
WITH wanted AS (
    SELECT DISTINCT hidden_in AS file_id, unit, month FROM hidden_unit
    UNION
    SELECT owner_in, unit, month FROM hidden_unit WHERE owner_in IS NOT NULL
),
fact AS (
    SELECT file_id, unit, month, district, crime_type AS category,
           concat_ws('|', district, offence_code, crime_type, occurred_at, incidents) AS told
    FROM raw_crime SEMI JOIN wanted USING (file_id, unit, month)
    UNION ALL
    SELECT file_id, unit, month, district, crime_type, concat_ws('|', district, crime_type)
    FROM raw_crime_count SEMI JOIN wanted USING (file_id, unit, month)
    WHERE incidents <> 0
    UNION ALL
    SELECT file_id, unit, month, district, call_group, concat_ws('|', district, call_code, received_at)
    FROM raw_call SEMI JOIN wanted USING (file_id, unit, month)
),
before AS (
    SELECT hidden.source, hidden.hidden_id, hidden.month, fact.unit, fact.district, fact.category, fact.told, count(*) AS n
    FROM (SELECT DISTINCT source, hidden AS hidden_id, hidden_in, month, unit FROM hidden_unit) AS hidden
    JOIN fact ON fact.file_id = hidden.hidden_in AND fact.unit = hidden.unit AND fact.month = hidden.month
    GROUP BY ALL
),
after AS (
    SELECT hidden.source, hidden.hidden_id, hidden.month, fact.unit, fact.district, fact.category, fact.told, count(*) AS n
    FROM (SELECT DISTINCT source, hidden AS hidden_id, month, unit, owner_in FROM hidden_unit) AS hidden
    JOIN fact ON fact.file_id = hidden.owner_in AND fact.unit = hidden.unit AND fact.month = hidden.month
    GROUP BY ALL
),
still AS (
    SELECT before.source, before.hidden_id, before.month, sum(before.n)::BIGINT AS n_rows,
           sum(least(before.n, coalesce(after.n, 0)))::BIGINT AS kept
    FROM before
    LEFT JOIN after USING (source, hidden_id, month, unit, district, category, told)
    GROUP BY ALL
),
named AS (
    SELECT source, hidden_id, month, what, name, sum(was)::BIGINT AS was, sum(now)::BIGINT AS now
    FROM (
        SELECT source, hidden_id, month, unnest(['category', 'district']) AS what,
               unnest([category, district]) AS name, n AS was, 0 AS now
        FROM before
        UNION ALL
        SELECT source, hidden_id, month, unnest(['category', 'district']), unnest([category, district]), 0, n
        FROM after
    )
    GROUP BY ALL
),
gone AS (
    SELECT source, hidden_id, month,
           list(name ORDER BY name) FILTER (what = 'category') AS categories,
           list(was ORDER BY name) FILTER (what = 'category') AS category_rows,
           list(name ORDER BY name) FILTER (what = 'district') AS districts,
           list(was ORDER BY name) FILTER (what = 'district') AS district_rows
    FROM named
    WHERE now = 0
    GROUP BY ALL
),
owner AS (
    SELECT source, any_value(kind) AS kind, hidden AS hidden_id, month, max(owner) AS owner
    FROM hidden_unit
    GROUP BY source, hidden, month
)
SELECT
    owner.kind,
    owner.source,
    owner.month,
    hidden.file_id,
    hidden.name AS hidden,
    standing.name AS standing,
    still.n_rows,
    still.kept,
    coalesce(gone.categories, []) AS categories,
    coalesce(gone.category_rows, []) AS category_rows,
    coalesce(gone.districts, []) AS districts,
    coalesce(gone.district_rows, []) AS district_rows
FROM owner
JOIN still ON still.source = owner.source AND still.hidden_id = owner.hidden_id AND still.month = owner.month
LEFT JOIN gone ON gone.source = owner.source AND gone.hidden_id = owner.hidden_id AND gone.month = owner.month
JOIN received_file AS hidden ON hidden.file_id = owner.hidden_id
JOIN received_file AS standing ON standing.file_id = owner.owner
ORDER BY owner.source, owner.month, hidden.file_id
