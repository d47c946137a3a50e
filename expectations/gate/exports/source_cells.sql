-- One row per source, month, district (the finest each row names) and category that holds a counted row,
-- also of sources that are only compared: a month that repeats another, or two sources that disagree, show here.
-- `amount` is what the tables count: incidents net of reversals, or calls.
select 'crime' as kind, source, month, district, crime_type as category, count(*) as rows, sum(incidents)::bigint as amount
from core_crime group by all
union all
select 'crime_count', source, month, district, crime_type, count(*), coalesce(sum(incidents), 0)::bigint
from core_crime_count group by all
union all
select 'call', source, month, district, call_group, count(*), count(*)::bigint
from core_call group by all
order by kind, source, month, district, category
