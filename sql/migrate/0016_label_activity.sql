-- A label's conversations are walked in the order of their last message, like everybody's: a page deep in a label of thousands
-- read and sorted all of them. labelled: whether there is anything to keep in step.
ALTER TABLE conversations ADD COLUMN labelled BOOLEAN NOT NULL DEFAULT 0;
ALTER TABLE conversation_labels
  ADD COLUMN last_message_at BIGINT NOT NULL DEFAULT 0,
  DROP KEY label_id,
  ADD KEY label_activity (label_id, last_message_at, conversation_id);
UPDATE conversation_labels s JOIN conversations c ON c.id = s.conversation_id SET s.last_message_at = c.last_message_at, c.labelled = 1;
