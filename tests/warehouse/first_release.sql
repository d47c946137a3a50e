-- A warehouse as the first release (0.1.0, schema 1) left it, table by table and row by row as that release wrote them:
-- the exports of `first_release` in test_migration.py read and resolved as of 2024-04-10, and one run.
CREATE TABLE core_call("source" VARCHAR NOT NULL, file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, call_code VARCHAR, call_group VARCHAR NOT NULL, urgency VARCHAR NOT NULL, received_at TIMESTAMP NOT NULL, is_dispatched BOOLEAN, is_duplicate BOOLEAN NOT NULL, response_seconds DOUBLE);
CREATE TABLE core_content(table_name VARCHAR, "month" DATE, "content" VARCHAR NOT NULL, PRIMARY KEY(table_name, "month"));
CREATE TABLE core_coverage(kind VARCHAR, "source" VARCHAR, "month" DATE, days_covered INTEGER NOT NULL, days_in_month INTEGER NOT NULL, covered_to DATE, is_chosen BOOLEAN NOT NULL, has_station BOOLEAN NOT NULL, has_box BOOLEAN NOT NULL, has_day BOOLEAN NOT NULL, has_time BOOLEAN NOT NULL, PRIMARY KEY(kind, "source", "month"));
CREATE TABLE core_crime("source" VARCHAR NOT NULL, file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, offence_code VARCHAR, crime_type VARCHAR NOT NULL, occurred_at TIMESTAMP, incidents INTEGER NOT NULL, cleared INTEGER);
CREATE TABLE core_crime_count("source" VARCHAR NOT NULL, file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, crime_type VARCHAR NOT NULL, incidents BIGINT, cleared BIGINT);
CREATE TABLE core_crime_year("source" VARCHAR NOT NULL, file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "year" INTEGER NOT NULL, district VARCHAR NOT NULL, crime_type VARCHAR NOT NULL, incidents BIGINT, cleared BIGINT);
CREATE TABLE core_district(district VARCHAR, district_name VARCHAR NOT NULL, "level" VARCHAR NOT NULL, parent VARCHAR, name_en VARCHAR, is_unknown BOOLEAN NOT NULL, is_expected BOOLEAN NOT NULL, valid_from DATE, valid_to DATE, sort_order INTEGER NOT NULL, PRIMARY KEY(district));
CREATE TABLE delivery(file_id VARCHAR, exported_on DATE, period_from DATE, period_to DATE, PRIMARY KEY(file_id, exported_on));
CREATE TABLE file_name(file_id VARCHAR, "name" VARCHAR, received_on DATE NOT NULL, PRIMARY KEY(file_id, "name"));
CREATE TABLE file_unit(file_id VARCHAR, "source" VARCHAR NOT NULL, unit DATE, "month" DATE, n_rows BIGINT NOT NULL, "content" VARCHAR NOT NULL, stored_in VARCHAR NOT NULL, PRIMARY KEY(file_id, unit, "month"));
CREATE TABLE raw_call(file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, call_code VARCHAR, call_group VARCHAR NOT NULL, urgency VARCHAR NOT NULL, received_at TIMESTAMP NOT NULL, is_dispatched BOOLEAN, is_duplicate BOOLEAN NOT NULL, response_seconds DOUBLE);
CREATE TABLE raw_crime(file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, offence_code VARCHAR, crime_type VARCHAR NOT NULL, occurred_at TIMESTAMP, incidents INTEGER NOT NULL, cleared INTEGER);
CREATE TABLE raw_crime_count(file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, crime_type VARCHAR NOT NULL, incidents BIGINT, cleared BIGINT);
CREATE TABLE raw_crime_year(file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "year" INTEGER NOT NULL, district VARCHAR NOT NULL, crime_type VARCHAR NOT NULL, incidents BIGINT, cleared BIGINT);
CREATE TABLE received_file(file_id VARCHAR, "name" VARCHAR NOT NULL, "source" VARCHAR, kind VARCHAR, period_from DATE, period_to DATE, exported_on DATE NOT NULL, sha256 VARCHAR NOT NULL, status VARCHAR NOT NULL, rows_read BIGINT NOT NULL, rows_accepted BIGINT NOT NULL, rows_rejected BIGINT NOT NULL, rows_superseded BIGINT NOT NULL, rows_set_aside BIGINT NOT NULL, note VARCHAR, received_on DATE NOT NULL, reading_hash VARCHAR NOT NULL, PRIMARY KEY(file_id));
CREATE TABLE rejected_row(file_id VARCHAR, row_number BIGINT, reason VARCHAR NOT NULL, sentence VARCHAR NOT NULL, "values" VARCHAR NOT NULL, PRIMARY KEY(file_id, row_number));
CREATE TABLE run(run_id VARCHAR, started_at TIMESTAMP, finished_at TIMESTAMP, "month" DATE NOT NULL, as_of DATE NOT NULL, reason VARCHAR NOT NULL, status VARCHAR NOT NULL, "version" VARCHAR NOT NULL, git_commit VARCHAR, settings VARCHAR NOT NULL, agency_hash VARCHAR NOT NULL, inputs_hash VARCHAR NOT NULL, PRIMARY KEY(run_id, started_at));
CREATE TABLE warehouse_version("version" INTEGER NOT NULL);
INSERT INTO core_call VALUES
    ('calls', '44007bca2465e306', 1, '2024-03-04', '2024-03-01', 'town', NULL, 'unknown', 'unknown', '2024-03-04 01:02:03', NULL, FALSE, NULL),
    ('calls', '44007bca2465e306', 2, '2024-03-05', '2024-03-01', 'town', NULL, 'unknown', 'unknown', '2024-03-05 23:00:00', NULL, FALSE, NULL);
INSERT INTO core_content VALUES
    ('core_call', '2024-03-01', 'af459a7ac33d616d6582f15bc7fea3b4'),
    ('core_crime', '2024-01-01', 'c0b5a6c113708d243dde6f9020eee729'),
    ('core_crime', '2024-02-01', 'd96d4a1d78c051c4e3e3579ade21f250'),
    ('core_crime_count', '2023-12-01', 'a780fcc254a16678325a59634b244de8');
INSERT INTO core_coverage VALUES
    ('call', 'calls', '2024-03-01', 7, 31, NULL, TRUE, FALSE, FALSE, TRUE, TRUE),
    ('crime', 'incidents', '2024-01-01', 31, 31, '2024-01-31', TRUE, TRUE, FALSE, TRUE, FALSE),
    ('crime', 'incidents', '2024-02-01', 29, 29, '2024-02-29', TRUE, TRUE, FALSE, TRUE, FALSE),
    ('crime_count', 'counts', '2023-12-01', 31, 31, '2023-12-31', TRUE, TRUE, FALSE, FALSE, FALSE);
INSERT INTO core_crime VALUES
    ('incidents', 'a59aedfff6b7b7cc', 3, '2024-01-09', '2024-01-01', 'B', '1', 'theft', NULL, 1, NULL),
    ('incidents', 'e59defea3c879de6', 1, '2024-02-01', '2024-02-01', 'A', '2', 'violence', NULL, 1, NULL),
    ('incidents', 'feac73d01fd3ffdf', 1, '2024-01-05', '2024-01-01', 'A', '1', 'theft', NULL, 1, NULL),
    ('incidents', 'feac73d01fd3ffdf', 2, '2024-01-05', '2024-01-01', 'B', '2', 'violence', NULL, 1, NULL);
INSERT INTO core_crime_count VALUES
    ('counts', '125ee634b53cfb82', 1, '2023-12-01', '2023-12-01', 'A', 'theft', 4, NULL),
    ('counts', '125ee634b53cfb82', 2, '2023-12-01', '2023-12-01', 'B', 'theft', 5, NULL);
INSERT INTO core_district VALUES
    ('A', '동부', 'station', 'town', 'East', FALSE, TRUE, NULL, NULL, 1),
    ('B', '서부', 'station', 'town', 'West', FALSE, TRUE, NULL, NULL, 2),
    ('town', '소도시', 'agency', NULL, 'Town', FALSE, TRUE, NULL, NULL, 0),
    ('unknown-A', '동부 미상', 'box', 'A', 'East unknown', TRUE, FALSE, NULL, NULL, 4),
    ('unknown-B', '서부 미상', 'box', 'B', 'West unknown', TRUE, FALSE, NULL, NULL, 5),
    ('unknown-town', '소도시 미상', 'station', 'town', 'Town unknown', TRUE, FALSE, NULL, NULL, 3);
INSERT INTO delivery VALUES
    ('125ee634b53cfb82', '2024-04-04', '2023-12-01', '2023-12-31'),
    ('44007bca2465e306', '2024-04-04', '2024-03-04', '2024-03-10'),
    ('a59aedfff6b7b7cc', '2024-03-10', '2024-01-01', '2024-01-31'),
    ('e3b0c44298fc1c14', '2024-04-03', '2024-03-01', '2024-03-31'),
    ('e59defea3c879de6', '2024-03-03', '2024-02-01', '2024-02-29'),
    ('feac73d01fd3ffdf', '2024-02-03', '2024-01-01', '2024-01-31');
INSERT INTO file_name VALUES
    ('125ee634b53cfb82', 'counts_2023-12.csv', '2024-04-04'),
    ('44007bca2465e306', 'calls_2024w10.csv', '2024-04-04'),
    ('a59aedfff6b7b7cc', 'incidents_2024-01_x20240310.csv', '2024-04-04'),
    ('e3b0c44298fc1c14', 'incidents_2024-03_x20240403.csv', '2024-04-04'),
    ('e59defea3c879de6', 'incidents_2024-02_x20240303.csv', '2024-04-04'),
    ('feac73d01fd3ffdf', 'incidents_2024-01_x20240203.csv', '2024-04-04');
INSERT INTO file_unit VALUES
    ('125ee634b53cfb82', 'counts', '2023-12-01', '2023-12-01', 2, '18029329315931157906', '125ee634b53cfb82'),
    ('44007bca2465e306', 'calls', '2024-03-04', '2024-03-01', 1, '13412363448085885731', '44007bca2465e306'),
    ('44007bca2465e306', 'calls', '2024-03-05', '2024-03-01', 1, '2014774092494226088', '44007bca2465e306'),
    ('a59aedfff6b7b7cc', 'incidents', '2024-01-05', '2024-01-01', 2, '26881591646158543013', 'feac73d01fd3ffdf'),
    ('a59aedfff6b7b7cc', 'incidents', '2024-01-09', '2024-01-01', 1, '16260389415196724037', 'a59aedfff6b7b7cc'),
    ('e59defea3c879de6', 'incidents', '2024-02-01', '2024-02-01', 1, '17042601012888931626', 'e59defea3c879de6'),
    ('feac73d01fd3ffdf', 'incidents', '2024-01-05', '2024-01-01', 2, '26881591646158543013', 'feac73d01fd3ffdf'),
    ('feac73d01fd3ffdf', 'incidents', '2024-01-09', '2024-01-01', 1, '11611828671158149773', 'feac73d01fd3ffdf');
INSERT INTO raw_call VALUES
    ('44007bca2465e306', 1, '2024-03-04', '2024-03-01', 'town', NULL, 'unknown', 'unknown', '2024-03-04 01:02:03', NULL, FALSE, NULL),
    ('44007bca2465e306', 2, '2024-03-05', '2024-03-01', 'town', NULL, 'unknown', 'unknown', '2024-03-05 23:00:00', NULL, FALSE, NULL);
INSERT INTO raw_crime VALUES
    ('a59aedfff6b7b7cc', 3, '2024-01-09', '2024-01-01', 'B', '1', 'theft', NULL, 1, NULL),
    ('e59defea3c879de6', 1, '2024-02-01', '2024-02-01', 'A', '2', 'violence', NULL, 1, NULL),
    ('feac73d01fd3ffdf', 1, '2024-01-05', '2024-01-01', 'A', '1', 'theft', NULL, 1, NULL),
    ('feac73d01fd3ffdf', 2, '2024-01-05', '2024-01-01', 'B', '2', 'violence', NULL, 1, NULL),
    ('feac73d01fd3ffdf', 3, '2024-01-09', '2024-01-01', 'A', '1', 'theft', NULL, 1, NULL);
INSERT INTO raw_crime_count VALUES
    ('125ee634b53cfb82', 1, '2023-12-01', '2023-12-01', 'A', 'theft', 4, NULL),
    ('125ee634b53cfb82', 2, '2023-12-01', '2023-12-01', 'B', 'theft', 5, NULL);
INSERT INTO received_file VALUES
    ('125ee634b53cfb82', 'counts_2023-12.csv', 'counts', 'crime_count', '2023-12-01', '2023-12-31', '2024-04-04', '125ee634b53cfb825362e3d7201c47732ad8f1e8de0a890aa4437034032910cd', 'accepted', 2, 2, 0, 0, 0, NULL, '2024-04-04', 'a4bc6799e3d71fc6a801ffeffb8e20a25fd570e5615ca1a53357756c7cdd185c'),
    ('44007bca2465e306', 'calls_2024w10.csv', 'calls', 'call', '2024-03-04', '2024-03-10', '2024-04-04', '44007bca2465e306c55eeccd92f5e6b3fc8bae984c7dec6ab12c95ed5a3b5d2d', 'accepted', 2, 2, 0, 0, 0, NULL, '2024-04-04', '47c0df9945aefddb9f287ad8ab4f7d3be715487f34dad188fe239543ee839ac4'),
    ('a59aedfff6b7b7cc', 'incidents_2024-01_x20240310.csv', 'incidents', 'crime', '2024-01-01', '2024-01-31', '2024-03-10', 'a59aedfff6b7b7ccc12f1d21b667bb6dc3b609b776256f4784641de69e0c1b3b', 'accepted', 3, 3, 0, 0, 0, NULL, '2024-04-04', 'f4feb867467b2e716ca873a58b488eb31eee84e5e906fb3389645e40524ebfce'),
    ('e3b0c44298fc1c14', 'incidents_2024-03_x20240403.csv', 'incidents', 'crime', '2024-03-01', '2024-03-31', '2024-04-03', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'refused', 0, 0, 0, 0, 0, 'incidents_2024-03_x20240403.csv: the file is empty, expected a header and rows. Make the export again.', '2024-04-04', 'f4feb867467b2e716ca873a58b488eb31eee84e5e906fb3389645e40524ebfce'),
    ('e59defea3c879de6', 'incidents_2024-02_x20240303.csv', 'incidents', 'crime', '2024-02-01', '2024-02-29', '2024-03-03', 'e59defea3c879de63af32ca8ec3823f3dec9d85881605953765507448337bc75', 'accepted', 2, 1, 1, 0, 0, NULL, '2024-04-04', 'f4feb867467b2e716ca873a58b488eb31eee84e5e906fb3389645e40524ebfce'),
    ('feac73d01fd3ffdf', 'incidents_2024-01_x20240203.csv', 'incidents', 'crime', '2024-01-01', '2024-01-31', '2024-02-03', 'feac73d01fd3ffdfb4459f5e3481d99de87f94245b14184a4480aa01455b0808', 'accepted', 3, 3, 0, 0, 0, NULL, '2024-04-04', 'f4feb867467b2e716ca873a58b488eb31eee84e5e906fb3389645e40524ebfce');
INSERT INTO rejected_row VALUES
    ('e59defea3c879de6', 2, 'impossible_date', 'incidents_2024-02_x20240303.csv, row 2, column ''day'': found ''2024-02-30'', which is no date or time, expected the form %Y-%m-%d. Correct it at its source and export again.', '{"station": "East", "recorded_date": "2024-02-30", "offence_code": "1"}');
INSERT INTO run VALUES
    ('0123456789abcdef', '2024-04-10 09:00:00', '2024-04-10 09:05:00', '2024-03-01', '2024-04-10', 'scheduled', 'published', '0.1.0', NULL, '{}', 'a', 'b');
INSERT INTO warehouse_version VALUES
    (1);
