-- Whose each conversation is, by number: a search for a name that thousands have goes back from the newest one. Neither column changes
-- when something is said.
ALTER TABLE conversations ADD KEY whose (id, contact_id);
