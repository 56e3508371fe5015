-- What opens an account (a link that chooses a new password) does not lie open in the database until it is sent.
ALTER TABLE mails ADD COLUMN sealed BOOLEAN NOT NULL DEFAULT 0;
