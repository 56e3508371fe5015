-- Uploads that no message shows, and files that were deleted, are found by their age.
ALTER TABLE files DROP KEY message, ADD KEY message (message_id, created_at), ADD KEY deleted_at (deleted_at);
