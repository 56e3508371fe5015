/* Desk: agents' customers and workload, who is free, who waits; customers are given to agents. */
#include "../../domain/workload.h"
#include "desk.h"

enum { NOTE_MAX = 2000, WAITING_MAX = 1000 };

// clang-format off
static const struct field agent_in_f[] = { PUBLIC_ID(agent_in, agent, "kefu_id") };
static const struct spec agent_in = SPEC("DeskKefuId", agent_in, agent_in_f);

static const struct field customer_f[] = {
	FIELD(agent_customer, id, "id", as_str),
	FIELD(agent_customer, name, "name", as_text),
	FIELD(agent_customer, status, "status", as_enum, .arg = desk_presence_names),
	FIELD(agent_customer, last_message, "last_message", as_text),
	FIELD(agent_customer, last_activity, "last_activity", as_time),
	FIELD(agent_customer, unread, "unread_count", as_int),
};
static const struct spec customer = SPEC("DeskCustomer", agent_customer, customer_f);
static const struct field customers_f[] = {
	FIELD(agent_customers, agent, "kefu_id", as_str),
	FIELD(agent_customers, customers, "customers", as_list, .arg = &customer),
	FIELD(agent_customers, total, "total", as_int),
};
static const struct desk_answer customers = ANSWER("DeskCustomers", agent_customers, customers_f, "desk.customers");

static const struct field load_f[] = {
	FIELD(workload, public_id, "kefu_id", as_str),
	FIELD(workload, name, "kefu_name", as_text),
	FIELD(workload, load, "active_sessions", as_int),
	FIELD(workload, capacity, "max_sessions", as_int),
	FIELD(workload, utilization, "utilization_rate", as_real, .doc = "Percent"),
	FIELD(workload, state, "status", as_enum, .arg = workload_state_names),
	FIELD(workload, response_s, "avg_response_time", as_real, .doc = "Seconds; 0 when nothing was answered yet"),
	FIELD(workload, satisfaction, "satisfaction_score", as_real, .doc = "1 to 5; 5 when nobody has rated"),
	FIELD(workload, last_active_at, "last_activity", as_time),
};
static const struct spec load = SPEC("DeskWorkload", workload, load_f);
static const struct field raw_f[] = {
	FIELD(workload, load, "active_sessions", as_int),
	FIELD(workload, capacity, "max_sessions", as_int),
	FIELD(workload, utilization, "utilization_rate", as_real),
	FIELD(workload, state, "status", as_enum, .arg = workload_state_names),
};
static const struct spec raw = SPEC("DeskWorkloadRaw", workload, raw_f);
static const struct field workload_f[] = {
	{ .key = "workload", .as = &as_object, .arg = &load },
	{ .key = "raw_data", .as = &as_object, .arg = &raw },
};
static const struct desk_answer workload = ANSWER("DeskWorkloadAnswer", workload, workload_f, "desk.workload");

static const struct field free_f[] = {
	FIELD(workload, public_id, "kefu_id", as_str),
	FIELD(workload, name, "kefu_name", as_text),
	FIELD(workload, load, "current_load", as_int),
	FIELD(workload, capacity, "max_capacity", as_int),
	FIELD(workload, score, "efficiency_score", as_real, .doc = "10 (1 - load / capacity) + satisfaction + 5 min(1, 30 s / average response)"),
	FIELD(workload, last_active_at, "last_activity", as_time),
};
static const struct spec free_agent = SPEC("DeskAvailableKefu", workload, free_f);
static const struct field available_f[] = {
	FIELD(workload_list, agents, "available_kefu", as_list, .arg = &free_agent),
	FIELD(workload_list, total, "total", as_int),
};
static const struct desk_answer available = ANSWER("DeskAvailable", workload_list, available_f, "desk.available");

static const struct field waiting_in_f[] = {
	FIELD(waiting_in, limit, "limit", as_int, .flags = FROM_QUERY, .min = 1, .max = WAITING_MAX, .fallback = 100),
};
static const struct spec waiting_in = SPEC("DeskWaitingQuery", waiting_in, waiting_in_f);
static const struct field waits_f[] = {
	FIELD(waiting_customer, id, "customer_id", as_str),
	FIELD(waiting_customer, name, "customer_name", as_text),
	FIELD(waiting_customer, status, "status", as_enum, .arg = desk_presence_names),
	FIELD(waiting_customer, priority, "priority", as_enum, .arg = desk_priority_names),
	FIELD(waiting_customer, position, "queue_position", as_int),
	FIELD(waiting_customer, since_s, "waiting_since", as_int, .doc = "Seconds since 1970"),
	FIELD(waiting_customer, waiting_s, "waiting_duration_seconds", as_int),
};
static const struct spec waits = SPEC("DeskWaitingCustomer", waiting_customer, waits_f);
static const struct field waiting_f[] = {
	FIELD(waiting_list, customers, "waiting_customers", as_list, .arg = &waits),
	FIELD(waiting_list, total, "total", as_int),
};
static const struct desk_answer waiting = ANSWER("DeskWaiting", waiting_list, waiting_f, "desk.waiting");

static const struct field switch_in_f[] = {
	PUBLIC_ID(agent_switch_in, agent, "kefu_id"),
	PUBLIC_ID(agent_switch_in, customer, "customer_id"),
};
static const struct spec switch_in = SPEC("DeskSwitch", agent_switch_in, switch_in_f);
static const struct field switch_f[] = {
	FIELD(agent_switch_out, agent, "kefu_id", as_str),
	FIELD(agent_switch_out, customer, "customer_id", as_str),
	FIELD(agent_switch_out, at, "switch_time", as_time),
	FIELD(agent_switch_out, status, "status", as_str),
};
static const struct desk_answer switched = ANSWER("DeskSwitched", agent_switch_out, switch_f, "desk.switched", HOLES2(agent_switch_out, agent, customer));

static const struct field assign_in_f[] = {
	PUBLIC_ID(customer_assign_in, customer, "customer_id"),
	FIELD(customer_assign_in, agent, "kefu_id", as_str, .flags = NULLABLE, .max = PUBLIC_ID_MAX, .doc = "Without one the best free agent, or the queue"),
	FIELD(customer_assign_in, priority, "priority", as_filter, .flags = NULLABLE, .arg = desk_priority_names),
	FIELD(customer_assign_in, note, "note", as_str, .flags = NULLABLE, .max = NOTE_MAX, .doc = "Kept as a note among staff"),
};
static const struct spec assign_in = SPEC("DeskAssign", customer_assign_in, assign_in_f);
static const struct field assign_f[] = {
	FIELD(customer_assign_out, customer, "customer_id", as_str),
	FIELD(customer_assign_out, agent, "assigned_kefu_id", as_str, .flags = NULLABLE, .doc = "null: nobody is free, the customer waits"),
	FIELD(customer_assign_out, at, "assignment_time", as_time),
	FIELD(customer_assign_out, priority, "priority", as_enum, .arg = desk_priority_names),
	FIELD(customer_assign_out, note, "note", as_text),
	FIELD(customer_assign_out, status, "status", as_str, .doc = "assigned or waiting"),
	FIELD(customer_assign_out, queue_position, "queue_position", as_int_or_null),
};
static const struct desk_answer assigned = ANSWER("DeskAssigned", customer_assign_out, assign_f, "desk.assigned", .otherwise = "desk.queued", HOLES2(customer_assign_out, customer, agent));

#define ONE "/api/kefu/:kefu_id"
static const struct route routes[] = {
	{ "GET", "/api/kefu/available", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, NULL, workload_available, &available.data, 200, "Agents who are online and have a free slot, the best first" },
	{ "GET", "/api/kefu/waiting", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &waiting_in, waiting_list, &waiting.data, 200, "Customers in the queue, in its order" },
	{ "GET", ONE "/customers", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &agent_in, agent_customers, &customers.data, 200, "Customers who are with an agent now" },
	{ "GET", ONE "/workload", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &agent_in, workload_get, &workload.data, 200, "How much an agent has to do" },
	{ "POST", ONE "/switch/:customer_id", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &switch_in, agent_switch, &switched.data, 200, "An agent turns to a customer, whose conversation is his from then on" },
	{ "POST", "/api/customer/:customer_id/assign", STAFF | WRITES, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &assign_in, customer_assign, &assigned.data, 200, "Give a customer to an agent, or to whoever is best" },
};
// clang-format on
const struct route_table desk_kefu = ROUTES(routes);
