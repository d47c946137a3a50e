-- Version 3: the registers units keep, actions and opinions from the field, are read from the inbox like exports.
CREATE TABLE raw_action (
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL,
    action_id VARCHAR NOT NULL,
    owner VARCHAR NOT NULL,
    district VARCHAR NOT NULL,
    crime_type VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    kind VARCHAR,
    expected_effect DOUBLE,
    started_on DATE NOT NULL,
    review_on DATE NOT NULL,
    entered_on DATE,
    PRIMARY KEY (file_id, row_number)
);
CREATE TABLE raw_opinion (
    file_id VARCHAR NOT NULL,
    row_number BIGINT NOT NULL,
    opinion_id VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    district VARCHAR NOT NULL,
    crime_type VARCHAR,
    given_on DATE NOT NULL,
    what VARCHAR NOT NULL,
    category VARCHAR,
    expected_direction VARCHAR,
    entered_on DATE,
    PRIMARY KEY (file_id, row_number)
);
CREATE TABLE register_sighting (
    number INTEGER NOT NULL,
    file_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    received_on DATE NOT NULL,
    PRIMARY KEY (number)
);
