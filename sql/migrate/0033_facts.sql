-- No statement uses it: whoever knows a conversation's number reads the row, and lists have indexes of their own. Each change of
-- status, assignee, team or priority wrote it.
ALTER TABLE conversations DROP KEY facts;
