-- Who is erased takes its words along.
ALTER TABLE unanswered ADD KEY conversation_id (conversation_id);
