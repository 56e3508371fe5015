-- Questions that the AI had no good answer to, each kept once (lib/domain/unanswered.h). state: 0 open, 1 an article answers it, 2 dismissed.
CREATE TABLE unanswered (
  id              BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  locale          VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  normal          CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- SHA-256 of the terms
  terms           VARCHAR(1000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- what is asked, sorted (lib/domain/terms.h)
  question        VARCHAR(1000) NOT NULL,           -- in the words of who asked last
  asked           INT NOT NULL DEFAULT 0,
  unsure          INT NOT NULL DEFAULT 0,
  handed_over     INT NOT NULL DEFAULT 0,
  disliked        INT NOT NULL DEFAULT 0,
  state           TINYINT NOT NULL DEFAULT 0,
  article_id      BIGINT NOT NULL DEFAULT 0,
  conversation_id BIGINT NOT NULL,                  -- the last
  first_at        BIGINT NOT NULL,
  last_at         BIGINT NOT NULL,
  UNIQUE KEY normal (locale, normal),
  KEY most (state, asked, last_at, id),
  KEY newest (locale, last_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
