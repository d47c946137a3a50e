-- One row per source and code the agency's code list does not hold, with its counted rows and the last month it stood in.
select source, offence_code as code, count(*) as rows, max(month) as last_month
from core_crime where crime_type = 'unknown' and offence_code is not null group by all
union all
select source, call_code, count(*), max(month)
from core_call where call_group = 'unknown' and call_code is not null group by all
order by source, code
