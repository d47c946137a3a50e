-- A warehouse as version 0.9.0 (schema 5) left it, table by table and row by row as that version wrote them: the
-- exports of `before_places` in test_places.py, whose points its layout did not name, read and resolved.
CREATE TABLE acceptance(number INTEGER, "month" DATE NOT NULL, decided_on DATE NOT NULL, reason VARCHAR NOT NULL, PRIMARY KEY(number));
CREATE TABLE core_call("source" VARCHAR NOT NULL, file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, call_code VARCHAR, call_group VARCHAR NOT NULL, urgency VARCHAR NOT NULL, received_at TIMESTAMP NOT NULL, is_dispatched BOOLEAN, is_duplicate BOOLEAN NOT NULL, response_seconds DOUBLE);
CREATE TABLE core_content(table_name VARCHAR, "month" DATE, "content" VARCHAR NOT NULL, PRIMARY KEY(table_name, "month"));
CREATE TABLE core_coverage(kind VARCHAR, "source" VARCHAR, "month" DATE, days_covered INTEGER NOT NULL, days_in_month INTEGER NOT NULL, covered_to DATE, parts_missing VARCHAR, is_chosen BOOLEAN NOT NULL, has_station BOOLEAN NOT NULL, has_box BOOLEAN NOT NULL, has_day BOOLEAN NOT NULL, has_time BOOLEAN NOT NULL, PRIMARY KEY(kind, "source", "month"));
CREATE TABLE core_crime("source" VARCHAR NOT NULL, file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, offence_code VARCHAR, crime_type VARCHAR NOT NULL, occurred_at TIMESTAMP, incidents INTEGER NOT NULL, cleared INTEGER);
CREATE TABLE core_crime_count("source" VARCHAR NOT NULL, file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, crime_type VARCHAR NOT NULL, incidents BIGINT, cleared BIGINT);
CREATE TABLE core_crime_year("source" VARCHAR NOT NULL, file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "year" INTEGER NOT NULL, district VARCHAR NOT NULL, crime_type VARCHAR NOT NULL, incidents BIGINT, cleared BIGINT);
CREATE TABLE core_district(district VARCHAR, district_name VARCHAR NOT NULL, "level" VARCHAR NOT NULL, parent VARCHAR, name_en VARCHAR, is_unknown BOOLEAN NOT NULL, is_expected BOOLEAN NOT NULL, valid_from DATE, valid_to DATE, sort_order INTEGER NOT NULL, PRIMARY KEY(district));
CREATE TABLE delivery(file_id VARCHAR, exported_on DATE, stretch INTEGER, period_from DATE, period_to DATE, seen INTEGER NOT NULL, PRIMARY KEY(file_id, exported_on, stretch));
CREATE TABLE file_name(file_id VARCHAR, "name" VARCHAR, received_on DATE NOT NULL, PRIMARY KEY(file_id, "name"));
CREATE TABLE file_unit(file_id VARCHAR, "source" VARCHAR NOT NULL, unit DATE, "month" DATE, n_rows BIGINT NOT NULL, file_rows BIGINT NOT NULL, "content" VARCHAR NOT NULL, stored_in VARCHAR NOT NULL, PRIMARY KEY(file_id, unit, "month"));
CREATE TABLE raw_action(file_id VARCHAR, row_number BIGINT, action_id VARCHAR NOT NULL, "owner" VARCHAR NOT NULL, district VARCHAR NOT NULL, crime_type VARCHAR NOT NULL, what VARCHAR NOT NULL, kind VARCHAR, expected_effect DOUBLE, started_on DATE NOT NULL, review_on DATE NOT NULL, entered_on DATE, PRIMARY KEY(file_id, row_number));
CREATE TABLE raw_call(file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, call_code VARCHAR, call_group VARCHAR NOT NULL, urgency VARCHAR NOT NULL, received_at TIMESTAMP NOT NULL, is_dispatched BOOLEAN, is_duplicate BOOLEAN NOT NULL, response_seconds DOUBLE);
CREATE TABLE raw_crime(file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, offence_code VARCHAR, crime_type VARCHAR NOT NULL, occurred_at TIMESTAMP, incidents INTEGER NOT NULL, cleared INTEGER);
CREATE TABLE raw_crime_count(file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "month" DATE NOT NULL, district VARCHAR NOT NULL, crime_type VARCHAR NOT NULL, incidents BIGINT, cleared BIGINT);
CREATE TABLE raw_crime_year(file_id VARCHAR NOT NULL, row_number BIGINT NOT NULL, unit DATE NOT NULL, "year" INTEGER NOT NULL, district VARCHAR NOT NULL, crime_type VARCHAR NOT NULL, incidents BIGINT, cleared BIGINT);
CREATE TABLE raw_opinion(file_id VARCHAR, row_number BIGINT, opinion_id VARCHAR NOT NULL, unit VARCHAR NOT NULL, district VARCHAR NOT NULL, crime_type VARCHAR, given_on DATE NOT NULL, what VARCHAR NOT NULL, category VARCHAR, expected_direction VARCHAR, entered_on DATE, PRIMARY KEY(file_id, row_number));
CREATE TABLE received_file(file_id VARCHAR, "name" VARCHAR NOT NULL, "source" VARCHAR, kind VARCHAR, period_from DATE, period_to DATE, exported_on DATE NOT NULL, part VARCHAR, sha256 VARCHAR NOT NULL, status VARCHAR NOT NULL, rows_read BIGINT NOT NULL, rows_accepted BIGINT NOT NULL, rows_rejected BIGINT NOT NULL, rows_superseded BIGINT NOT NULL, rows_set_aside BIGINT NOT NULL, note VARCHAR, received_on DATE NOT NULL, reading_hash VARCHAR NOT NULL, PRIMARY KEY(file_id));
CREATE TABLE received_line(number INTEGER, line VARCHAR NOT NULL, PRIMARY KEY(number));
CREATE TABLE register_sighting(number INTEGER, file_id VARCHAR NOT NULL, "name" VARCHAR NOT NULL, received_on DATE NOT NULL, PRIMARY KEY(number));
CREATE TABLE rejected_row(file_id VARCHAR, row_number BIGINT, reason VARCHAR NOT NULL, sentence VARCHAR NOT NULL, "values" VARCHAR NOT NULL, PRIMARY KEY(file_id, row_number));
CREATE TABLE run(run_id VARCHAR, started_at TIMESTAMP, finished_at TIMESTAMP, "month" DATE NOT NULL, as_of DATE NOT NULL, reason VARCHAR NOT NULL, status VARCHAR NOT NULL, "version" VARCHAR NOT NULL, git_commit VARCHAR, settings VARCHAR NOT NULL, agency_hash VARCHAR NOT NULL, inputs_hash VARCHAR NOT NULL, lock_hash VARCHAR, code_hash VARCHAR, inputs VARCHAR, seeds VARCHAR, accepted VARCHAR, PRIMARY KEY(run_id, started_at));
CREATE TABLE sighting(number INTEGER, file_id VARCHAR NOT NULL, "name" VARCHAR NOT NULL, received_on DATE NOT NULL, written_over VARCHAR, PRIMARY KEY(number));
CREATE TABLE warehouse_version("version" INTEGER NOT NULL);
CREATE TABLE withdrawal(number INTEGER, file_id VARCHAR NOT NULL, decided_on DATE NOT NULL, is_withdrawn BOOLEAN NOT NULL, reason VARCHAR NOT NULL, PRIMARY KEY(number));
INSERT INTO core_content VALUES
    ('core_crime', '2024-02-01', '478a14ca3464c37468cb0645684009fe');
INSERT INTO core_coverage VALUES
    ('crime', 'incidents', '2024-02-01', 29, 29, '2024-02-29', NULL, TRUE, TRUE, FALSE, TRUE, FALSE);
INSERT INTO core_crime VALUES
    ('incidents', '2f56a7898f970bf2', 1, '2024-02-05', '2024-02-01', 'A', '1', 'theft', NULL, 1, NULL),
    ('incidents', '2f56a7898f970bf2', 2, '2024-02-09', '2024-02-01', 'B', '1', 'theft', NULL, 1, NULL),
    ('incidents', '2f56a7898f970bf2', 3, '2024-02-09', '2024-02-01', 'B', '2', 'violence', NULL, 1, NULL),
    ('incidents', '68d1fea45621e920', 4, '2024-02-11', '2024-02-01', 'A', '2', 'violence', NULL, 1, NULL);
INSERT INTO core_district VALUES
    ('A', '동부', 'station', 'town', 'East', FALSE, TRUE, NULL, NULL, 1),
    ('B', '서부', 'station', 'town', 'West', FALSE, TRUE, NULL, NULL, 2),
    ('town', '소도시', 'agency', NULL, 'Town', FALSE, TRUE, NULL, NULL, 0),
    ('unknown-A', '동부 unknown', 'box', 'A', 'East unknown', TRUE, FALSE, NULL, NULL, 4),
    ('unknown-B', '서부 unknown', 'box', 'B', 'West unknown', TRUE, FALSE, NULL, NULL, 5),
    ('unknown-town', '소도시 unknown', 'station', 'town', 'Town unknown', TRUE, FALSE, NULL, NULL, 3);
INSERT INTO delivery VALUES
    ('2f56a7898f970bf2', '2024-03-03', 1, '2024-02-01', '2024-02-29', 1),
    ('68d1fea45621e920', '2024-04-01', 1, '2024-02-01', '2024-02-29', 2);
INSERT INTO file_name VALUES
    ('2f56a7898f970bf2', 'incidents_2024-02_x20240303.csv', '2024-04-04'),
    ('68d1fea45621e920', 'incidents_2024-02_x20240401.csv', '2024-04-04');
INSERT INTO file_unit VALUES
    ('2f56a7898f970bf2', 'incidents', '2024-02-05', '2024-02-01', 1, 1, '17431746443132937385', '2f56a7898f970bf2'),
    ('2f56a7898f970bf2', 'incidents', '2024-02-09', '2024-02-01', 2, 2, '31529994039132263176', '2f56a7898f970bf2'),
    ('68d1fea45621e920', 'incidents', '2024-02-05', '2024-02-01', 1, 1, '17431746443132937385', '2f56a7898f970bf2'),
    ('68d1fea45621e920', 'incidents', '2024-02-09', '2024-02-01', 2, 2, '31529994039132263176', '2f56a7898f970bf2'),
    ('68d1fea45621e920', 'incidents', '2024-02-11', '2024-02-01', 1, 1, '7549460709390766351', '68d1fea45621e920');
INSERT INTO raw_crime VALUES
    ('2f56a7898f970bf2', 1, '2024-02-05', '2024-02-01', 'A', '1', 'theft', NULL, 1, NULL),
    ('2f56a7898f970bf2', 2, '2024-02-09', '2024-02-01', 'B', '1', 'theft', NULL, 1, NULL),
    ('2f56a7898f970bf2', 3, '2024-02-09', '2024-02-01', 'B', '2', 'violence', NULL, 1, NULL),
    ('68d1fea45621e920', 4, '2024-02-11', '2024-02-01', 'A', '2', 'violence', NULL, 1, NULL);
INSERT INTO received_file VALUES
    ('2f56a7898f970bf2', 'incidents_2024-02_x20240303.csv', 'incidents', 'crime', '2024-02-01', '2024-02-29', '2024-03-03', NULL, '2f56a7898f970bf28641c627019a56add3ddbdbe92016202c994c08739013d91', 'accepted', 3, 3, 0, 0, 0, 'incidents_2024-02_x20240303.csv: columns the layout does not know were not read (2): x, y. Add them to the layout if they are needed, else to `ignored`.', '2024-04-04', '7ff48ba9171c0000f5e83d697b867db81c70050b7ed381d3e6e6a35f30dea916'),
    ('68d1fea45621e920', 'incidents_2024-02_x20240401.csv', 'incidents', 'crime', '2024-02-01', '2024-02-29', '2024-04-01', NULL, '68d1fea45621e920d1a248088a9c27e761ae35e1e7f18573a03abbf03584f418', 'accepted', 4, 4, 0, 0, 0, 'incidents_2024-02_x20240401.csv: columns the layout does not know were not read (2): x, y. Add them to the layout if they are needed, else to `ignored`.', '2024-04-04', '7ff48ba9171c0000f5e83d697b867db81c70050b7ed381d3e6e6a35f30dea916');
INSERT INTO received_line VALUES
    (1, '{"sha256": "2f56a7898f970bf28641c627019a56add3ddbdbe92016202c994c08739013d91", "name": "incidents_2024-02_x20240303.csv", "received_on": "2024-04-04", "check": "5f9d82fc263dde564d675bf083c94895"}'),
    (2, '{"sha256": "68d1fea45621e920d1a248088a9c27e761ae35e1e7f18573a03abbf03584f418", "name": "incidents_2024-02_x20240401.csv", "received_on": "2024-04-04", "check": "8a557429467a0dd116a5aa373a529108"}');
INSERT INTO sighting VALUES
    (1, '2f56a7898f970bf2', 'incidents_2024-02_x20240303.csv', '2024-04-04', NULL),
    (2, '68d1fea45621e920', 'incidents_2024-02_x20240401.csv', '2024-04-04', NULL);
INSERT INTO warehouse_version VALUES
    (5);
