-- One row per district and month of `district_month` that calls cover, its texts numbered (`TYPES`).
SELECT
    district::district_code AS district,
    district_name::district_name_code AS district_name,
    level::level_code AS level,
    parent::district_code AS parent,
    month, source, complete
FROM district_month
WHERE fact = 'call'
