-- Customers who have left are written to: which conversations wait for that (due_at 0 = none of it is due), and the mails until they
-- are sent. next_at of a mail is also its claim: who does not finish it in time loses it.
CREATE TABLE mail_due (
  conversation_id BIGINT NOT NULL PRIMARY KEY,
  due_at          BIGINT NOT NULL,
  upto_seq        BIGINT NOT NULL DEFAULT 0,     -- what was said up to here was mailed, or read
  KEY due_at (due_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE TABLE mails (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  conversation_id BIGINT NOT NULL,
  address         VARCHAR(254) NOT NULL,
  name            VARCHAR(100) NOT NULL,
  subject         VARCHAR(500) NOT NULL,
  body            MEDIUMTEXT NOT NULL,
  created_at      BIGINT NOT NULL,
  next_at         BIGINT NOT NULL,
  attempts        INT NOT NULL DEFAULT 0,
  error           VARCHAR(200) NOT NULL DEFAULT '',
  KEY next_at (next_at),
  KEY conversation_id (conversation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
