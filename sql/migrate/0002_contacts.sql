-- Contacts: found by name, e-mail, phone and identifier; merged, deleted, erased.

-- terms: what a contact is found by, encoded (lib/domain/contact_terms.h); terms_wanted: 1 until it was computed, then NULL.
ALTER TABLE users
  MODIFY identifier VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  ADD COLUMN terms TEXT CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN terms_wanted TINYINT NULL DEFAULT 1,
  ADD COLUMN merged_into BIGINT NULL,             -- the contact that took this one's place; its public_id then means that one
  ADD COLUMN erased_at BIGINT NULL,               -- personal data was removed for good
  DROP KEY role_name,
  DROP KEY role_active,
  ADD KEY contact_active (role, deleted_at, last_active_at),
  ADD KEY contact_name (role, deleted_at, full_name),
  ADD KEY contact_created (role, deleted_at, created_at),
  ADD KEY contact_busy (role, deleted_at, conversations),
  ADD KEY merged_into (merged_into),
  ADD KEY terms_wanted (terms_wanted),
  ADD UNIQUE KEY identifier (identifier);         -- deleted contacts give theirs back

ALTER TABLE users ADD FULLTEXT KEY terms (terms);
