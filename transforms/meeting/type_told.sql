-- One row per month and crime type that the month's source speaks of: of all others there is nothing to say, not even zero.
-- * An export of incidents leaves out what did not happen; a table of counts that never counts a type does not count it.
-- * A source whose parts or scope name crime types speaks of these alone, and not of those of a part that has not come.
SELECT source.month, declared.code AS crime_type
FROM month_source AS source
CROSS JOIN agency_crime_type AS declared
WHERE source.fact = 'crime'
  AND (source.kind = 'crime'
       OR (source.source, declared.code) IN (SELECT (source, crime_type) FROM crime_counted WHERE incidents IS NOT NULL))
  AND (source.source NOT IN (SELECT source FROM source_tells)
       OR (source.source, declared.code) IN (SELECT (source, crime_type) FROM source_tells))
  AND NOT EXISTS (
      FROM source_tells AS part
      WHERE part.source = source.source AND part.crime_type = declared.code
        AND list_contains(string_split(source.parts_missing, '|'), part.part)
  )
ORDER BY source.month, declared.code
