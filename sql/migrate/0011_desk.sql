-- Lists of people of both kinds choose their page in one index alone.
ALTER TABLE users ADD KEY listed (deleted_at, id, role, status, last_active_at);
