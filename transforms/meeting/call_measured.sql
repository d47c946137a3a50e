-- One row per district, call group, urgency, call type and month with at least one call; `all` sums over the others.
-- Types stand with their group, for all urgencies together and not at boxes; `unknown` is what the list names no type of.
-- Made of the calls of some months at a time (`call_told`): no row is of two months.
WITH own AS (
    SELECT
        district, month, call_group, urgency, call_type,
        count(*) AS calls,
        count(is_dispatched) AS dispatch_told,
        count(*) FILTER (is_dispatched) AS dispatched,
        count(*) FILTER (is_duplicate) AS duplicates,
        count(*) FILTER (is_response) AS response_n,
        count(*) FILTER (NOT is_response) AS response_excluded
    FROM call_told
    GROUP BY ALL
)
SELECT
    above.ancestor AS district,
    own.month,
    CASE WHEN grouping(own.call_group) = 1 THEN 'all' ELSE own.call_group END::call_group_code AS call_group,
    CASE WHEN grouping(own.urgency) = 1 THEN 'all' ELSE own.urgency END::urgency_code AS urgency,
    CASE WHEN grouping(own.call_type) = 1 THEN 'all' ELSE own.call_type END::call_type_code AS call_type,
    sum(own.calls)::BIGINT AS calls,
    sum(own.dispatch_told)::BIGINT AS dispatch_told,
    sum(own.dispatched)::BIGINT AS dispatched,
    sum(own.duplicates)::BIGINT AS duplicates,
    sum(own.response_n)::BIGINT AS response_n,
    sum(own.response_excluded)::BIGINT AS response_excluded
FROM own
JOIN call_above AS above ON above.district = own.district
GROUP BY above.ancestor, above.is_box, own.month, GROUPING SETS (
    (own.call_group, own.urgency), (own.call_group), (own.urgency), (), (own.call_group, own.call_type)
)
HAVING grouping(own.call_type) = 1 OR NOT above.is_box
