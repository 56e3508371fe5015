-- A label's list is filtered, counted and ordered from its own indexes: what a list may ask of a conversation stands beside its label.
ALTER TABLE conversation_labels
  ADD COLUMN status TINYINT NOT NULL DEFAULT 0,
  ADD COLUMN agent_type TINYINT NOT NULL DEFAULT 0,
  ADD COLUMN priority TINYINT NOT NULL DEFAULT 1,
  ADD COLUMN assignee_id BIGINT NULL,
  ADD COLUMN team_id BIGINT NULL,
  ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN wait_rank BIGINT NOT NULL DEFAULT 9000000000000000,
  DROP KEY label_activity;
UPDATE conversation_labels s JOIN conversations c ON c.id = s.conversation_id
  SET s.last_message_at = c.last_message_at, s.status = c.status, s.agent_type = c.agent_type, s.priority = c.priority,
    s.assignee_id = c.assignee_id, s.team_id = c.team_id, s.created_at = c.created_at, s.wait_rank = c.wait_rank;
ALTER TABLE conversation_labels
  ADD KEY label_activity (label_id, last_message_at, conversation_id, status, agent_type, priority, assignee_id, team_id),
  ADD KEY label_created (label_id, created_at, conversation_id, status, agent_type, priority, assignee_id, team_id),
  ADD KEY label_waiting (label_id, wait_rank, conversation_id, status, agent_type, priority, assignee_id, team_id);
-- The order of priority is four lists, one behind the other.
ALTER TABLE conversations ADD KEY priority_activity (priority, last_message_at, id, status, agent_type, assignee_id, team_id);
