-- Counts up with every change of who is in a room: what Redis holds of its list of members is good as long as it agrees.
ALTER TABLE rooms ADD COLUMN IF NOT EXISTS member_changes BIGINT NOT NULL DEFAULT 0;
