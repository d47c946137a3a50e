-- Version 5: received.jsonl is known line by line, and of one day's deliveries the one seen last counts.
-- Both are filled from received.jsonl at the next look, the places of deliveries with them.
CREATE TABLE received_line (
    number INTEGER NOT NULL,
    line VARCHAR NOT NULL,
    PRIMARY KEY (number)
);
CREATE TABLE sighting (
    number INTEGER NOT NULL,
    file_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    received_on DATE NOT NULL,
    written_over VARCHAR,
    PRIMARY KEY (number)
);
ALTER TABLE delivery RENAME TO delivery_before;
CREATE TABLE delivery (
    file_id VARCHAR NOT NULL,
    exported_on DATE NOT NULL,
    stretch INTEGER NOT NULL,
    period_from DATE,
    period_to DATE,
    seen INTEGER NOT NULL,
    PRIMARY KEY (file_id, exported_on, stretch)
);
INSERT INTO delivery BY NAME SELECT *, 0 AS seen FROM delivery_before;
DROP TABLE delivery_before;
