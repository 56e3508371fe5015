/* sql_tables.h: every statement table of the domain, for the check that PREPAREs them all. */
#ifndef SQL_TABLES_H
// clang-format off
#define SQL_TABLES_H
#include "../db/db.h"

// clang-format off
#define SQL_TABLES(X)                                                                                                              \
	X(audit) X(leg) X(leg_message) X(leg_change) X(workload) X(message_admin) X(message_delete) X(overview) X(backlog) X(probe) X(export) X(backup) X(maintenance) X(shelf) X(share)                                                                                                                   \
	X(user) X(user_admin) X(contact) X(contact_list) X(contact_search) X(contact_merge) X(sign_in) X(conversation) X(conversation_detail) X(conversation_tally) X(conversation_search) X(conversation_named) X(conversation_change) X(session) X(notification) X(mobile)        \
		X(message) X(message_history) X(assignment) X(queue) X(presence) X(team) X(analytics) X(availability) X(article) X(ai) X(ai_figures)      \
			X(republish) X(file) X(resumable) X(thumbnail) X(site) X(setup) X(label) X(canned) X(inbox) X(arrival) X(webhook) X(delivery) X(team_member) X(counts) X(staff) \
			X(direct) X(direct_session) X(people) X(online) X(report) X(report_day) X(report_store) X(report_read) X(article_admin) X(setting) X(idle) X(search_build) \
			X(inbox_ai) X(ai_setup) X(unanswered) X(passage) X(passage_index) \
			X(room) X(room_list) X(room_member) X(room_message) X(room_history) X(room_purge) X(present) X(mail) X(password)
#define SQL_DECLARE(noun)                                                                                                          \
	extern const struct stmt noun##_sql[];                                                                                     \
	extern const size_t noun##_sql_n;
SQL_TABLES(SQL_DECLARE)
// clang-format on
#endif
