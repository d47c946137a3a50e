-- One row per district with calls' numbers for texts (`TYPES`) and each district that holds it, itself included: what
-- `district_ancestor` tells.
SELECT district::district_code AS district, ancestor::district_code AS ancestor, ancestor_level = 'box' AS is_box
FROM district_ancestor
