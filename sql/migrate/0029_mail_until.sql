-- A mail whose words are good for a while only (a link) is not sent later: 0 = they are good whenever it comes.
ALTER TABLE mails ADD COLUMN good_until BIGINT NOT NULL DEFAULT 0;
