-- Version 7: a 112 call may say how long it kept officers.
-- Empty until a file is read again, which one is whose layout says by a part [service] when calls were cleared.
ALTER TABLE raw_call ADD COLUMN service_seconds DOUBLE;
ALTER TABLE core_call ADD COLUMN service_seconds DOUBLE;
