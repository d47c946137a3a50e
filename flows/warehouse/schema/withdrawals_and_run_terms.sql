-- Version 2: files can be withdrawn, and a run says what code and packages it was made with and what it saw.
-- Of runs made before, the code and what they saw is not known: those columns stay empty.
CREATE TABLE withdrawal (
    number INTEGER NOT NULL,
    file_id VARCHAR NOT NULL,
    decided_on DATE NOT NULL,
    is_withdrawn BOOLEAN NOT NULL,
    reason VARCHAR NOT NULL,
    PRIMARY KEY (number)
);
ALTER TABLE run ADD COLUMN lock_hash VARCHAR;
ALTER TABLE run ADD COLUMN code_hash VARCHAR;
ALTER TABLE run ADD COLUMN inputs VARCHAR;
ALTER TABLE run ADD COLUMN seeds VARCHAR;
