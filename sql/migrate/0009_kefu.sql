-- The kefu contract: opaque session tokens, files that no message shows yet, what kind of messages came at which hour.

-- kind: 0 a refresh token, used once; 1 an opaque session token, good until it expires or its sign-in ends.
ALTER TABLE refresh_tokens ADD COLUMN kind TINYINT NOT NULL DEFAULT 0;

-- stream and message_id are 0 until a message shows the file.
ALTER TABLE files ADD COLUMN category VARCHAR(20) NOT NULL DEFAULT '';

-- Messages of a past day by hour (of the site's time zone) and type: rolled up with report_days, whose row says that these are good.
CREATE TABLE report_messages (
  day  INT NOT NULL,
  hour TINYINT NOT NULL,
  type TINYINT NOT NULL,
  n    BIGINT NOT NULL,
  PRIMARY KEY (day, hour, type)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
ALTER TABLE messages DROP KEY said, ADD KEY said (created_at, sender_type, private, deleted_at, type);
DELETE FROM report_days;
