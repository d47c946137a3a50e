-- One row per file and unit (day, or first of month where the source has no days) that holds a counted row:
-- a unit after the day its file was exported cannot have happened yet.
select 'crime' as kind, source, file_id, unit, count(*) as rows from core_crime group by all
union all
select 'crime_count', source, file_id, unit, count(*) from core_crime_count group by all
union all
select 'call', source, file_id, unit, count(*) from core_call group by all
order by kind, source, file_id, unit
