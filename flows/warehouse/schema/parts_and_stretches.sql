-- Version 4: a delivery covers stretches of days and may be one part of its period; losses of months are confirmed.
-- Tables that get a column in another place than the last are made again. Until a file is read again its one stretch is
-- the period it had.
CREATE TABLE acceptance (
    number INTEGER NOT NULL,
    month DATE NOT NULL,
    decided_on DATE NOT NULL,
    reason VARCHAR NOT NULL,
    PRIMARY KEY (number)
);
ALTER TABLE run ADD COLUMN accepted VARCHAR;
ALTER TABLE delivery RENAME TO delivery_before;
CREATE TABLE delivery (
    file_id VARCHAR NOT NULL,
    exported_on DATE NOT NULL,
    stretch INTEGER NOT NULL,
    period_from DATE,
    period_to DATE,
    PRIMARY KEY (file_id, exported_on, stretch)
);
INSERT INTO delivery BY NAME SELECT *, 1 AS stretch FROM delivery_before;
DROP TABLE delivery_before;
ALTER TABLE received_file RENAME TO received_file_before;
CREATE TABLE received_file (
    file_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    source VARCHAR,
    kind VARCHAR,
    period_from DATE,
    period_to DATE,
    exported_on DATE NOT NULL,
    part VARCHAR,
    sha256 VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL,
    rows_accepted BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL,
    rows_superseded BIGINT NOT NULL,
    rows_set_aside BIGINT NOT NULL,
    note VARCHAR,
    received_on DATE NOT NULL,
    reading_hash VARCHAR NOT NULL,
    PRIMARY KEY (file_id)
);
INSERT INTO received_file BY NAME SELECT *, NULL AS part FROM received_file_before;
DROP TABLE received_file_before;
ALTER TABLE file_unit RENAME TO file_unit_before;
CREATE TABLE file_unit (
    file_id VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    unit DATE NOT NULL,
    month DATE NOT NULL,
    n_rows BIGINT NOT NULL,
    file_rows BIGINT NOT NULL,
    content VARCHAR NOT NULL,
    stored_in VARCHAR NOT NULL,
    PRIMARY KEY (file_id, unit, month)
);
INSERT INTO file_unit BY NAME SELECT *, n_rows AS file_rows FROM file_unit_before;
DROP TABLE file_unit_before;
-- Of a wide table several facts are one row.
UPDATE file_unit SET file_rows = told.file_rows
FROM (SELECT file_id, unit, month, count(DISTINCT row_number) AS file_rows FROM raw_crime_count GROUP BY ALL) AS told
WHERE told.file_id = file_unit.stored_in AND told.unit = file_unit.unit AND told.month = file_unit.month;
UPDATE file_unit SET file_rows = told.file_rows
FROM (SELECT file_id, unit, count(DISTINCT row_number) AS file_rows FROM raw_crime_year GROUP BY ALL) AS told
WHERE told.file_id = file_unit.stored_in AND told.unit = file_unit.unit;
ALTER TABLE core_coverage RENAME TO core_coverage_before;
CREATE TABLE core_coverage (
    kind VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    month DATE NOT NULL,
    days_covered INTEGER NOT NULL,
    days_in_month INTEGER NOT NULL,
    covered_to DATE,
    parts_missing VARCHAR,
    is_chosen BOOLEAN NOT NULL,
    has_station BOOLEAN NOT NULL,
    has_box BOOLEAN NOT NULL,
    has_day BOOLEAN NOT NULL,
    has_time BOOLEAN NOT NULL,
    PRIMARY KEY (kind, source, month)
);
INSERT INTO core_coverage BY NAME SELECT *, NULL AS parts_missing FROM core_coverage_before;
DROP TABLE core_coverage_before;
