-- Contacts: found by name, e-mail, phone and identifier; merged, deleted, erased.
ALTER TABLE users
  MODIFY identifier VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  ADD COLUMN words_wanted TINYINT NULL DEFAULT 1, -- 1 until its contact_words were made, then NULL
  ADD COLUMN merged_into BIGINT NULL,             -- the contact that took this one's place; its public_id then means that one
  ADD COLUMN erased_at BIGINT NULL,               -- personal data was removed for good
  DROP KEY role_name,
  DROP KEY role_active,
  ADD KEY contact_active (role, deleted_at, last_active_at),
  ADD KEY contact_name (role, deleted_at, full_name),
  ADD KEY contact_created (role, deleted_at, created_at),
  ADD KEY contact_busy (role, deleted_at, conversations),
  ADD KEY merged_into (merged_into),
  ADD KEY words_wanted (words_wanted),
  ADD UNIQUE KEY identifier (identifier);         -- deleted contacts give theirs back

-- What live contacts are found by, encoded (lib/domain/contact_terms.h). A FULLTEXT index reads the row of each match: seconds for
-- a word that a quarter of 100,000 contacts have; here the matches of a word, or of a beginning, are one range of the primary key.
CREATE TABLE contact_words (
  word       VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  contact_id BIGINT NOT NULL,
  PRIMARY KEY (word, contact_id),
  KEY contact (contact_id)
) ENGINE=InnoDB DEFAULT CHARSET=ascii;
