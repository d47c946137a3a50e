-- Version 6: a crime may have a cell of the agency's grid, and the end of the span in which it occurred; of each file it
-- is known of which grid its cells are.
-- Both stay empty until a file is read again, which one is whose layout says where its points are.
ALTER TABLE raw_crime ADD COLUMN occurred_until TIMESTAMP;
ALTER TABLE raw_crime ADD COLUMN cell VARCHAR;
ALTER TABLE core_crime ADD COLUMN occurred_until TIMESTAMP;
ALTER TABLE core_crime ADD COLUMN cell VARCHAR;
ALTER TABLE received_file ADD COLUMN grid VARCHAR;
