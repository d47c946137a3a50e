-- One row per month of a core table whose rows come from other content than they were made from: what it wants now,
-- empty where nothing. Reads wanted_content and core_content.
CREATE OR REPLACE TEMP TABLE changed_month AS
SELECT
    coalesce(wanted.month, made.month) AS month,
    wanted.content,
    coalesce(wanted.n_rows, 0) AS n_rows
FROM (SELECT * FROM wanted_content WHERE table_name = $table_name) AS wanted
FULL JOIN (SELECT * FROM core_content WHERE table_name = $table_name) AS made ON made.month = wanted.month
WHERE made.content IS DISTINCT FROM wanted.content
