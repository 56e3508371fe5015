-- Another number after every change of a row: who remembers a row writes it without reading it first, if it is still the same
-- (message.c). Whoever changes conversations by hand says "version = version + 1" too.
ALTER TABLE conversations ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
