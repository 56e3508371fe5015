-- What the lists of a million conversations need.

-- An index that a list may be chosen from holds all that it is sorted by as well: then it is sorted without reading a row. What is
-- added is written in the same entry as before. inbox and rated_at: no statement uses them; in the place of the first, which each
-- message wrote too, come a contact's conversations.
ALTER TABLE conversations
  DROP KEY inbox,
  DROP KEY rated_at,
  DROP KEY status_activity,
  DROP KEY assignee_activity,
  DROP KEY team_activity,
  ADD KEY status_activity (status, last_message_at, id, agent_type, priority, assignee_id, team_id, created_at, wait_rank),
  ADD KEY assignee_activity (assignee_id, last_message_at, id, status, agent_type, priority, team_id, created_at, wait_rank),
  ADD KEY team_activity (team_id, last_message_at, id, status, agent_type, priority, assignee_id, created_at, wait_rank),
  ADD KEY contact_activity (contact_id, last_message_at, id, status, agent_type, priority, assignee_id, team_id, created_at, wait_rank);
