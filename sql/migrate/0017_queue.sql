-- The first of each team's queue, found without walking the others: (team_id, queue_rank) has a team's waiting ones side by side.
ALTER TABLE conversations ADD KEY queue_of_team (team_id, queue_rank);
