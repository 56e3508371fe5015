/* Console: what the AI does for staff on demand. */
#include "../../domain/assist.h"
#include "console.h"
#include "conversation_specs.h"

// clang-format off
static const struct field offer_f[] = {
	FIELD(assist_offer, suggest, "suggest", as_bool),
	FIELD(assist_offer, summarise, "summarise", as_bool),
	FIELD(assist_offer, translate, "translate", as_bool, .doc = "Only with a provider that can"),
};
static const struct spec offer = SPEC("ConsoleAssistOffer", assist_offer, offer_f);
static const struct field assist_f[] = {
	FIELD(assist, id, "id", as_int),
	FIELD(assist, kind, "kind", as_enum, .arg = assist_kind_names),
	FIELD(assist, state, "state", as_enum, .arg = assist_state_names),
	FIELD(assist, text, "text", as_text, .doc = "When done"),
	FIELD(assist, error, "error", as_text, .doc = "When failed, for people"),
};
static const struct spec assist = SPEC("ConsoleAssist", assist, assist_f);
static const struct field answer_f[] = { { .key = "assist", .as = &as_object, .arg = &assist } };
static const struct spec answer = SPEC("ConsoleAssistAnswer", assist, answer_f);
static const struct field start_f[] = { CONVERSATION_ID(assist_in, conversation_id),
	FIELD(assist_in, kind, "kind", as_enum, .flags = REQUIRED, .arg = assist_kind_names),
	FIELD(assist_in, message_id, "message_id", as_int, .min = 1, .max = INT64_MAX, .doc = "To translate") };
static const struct field id_f[] = { CONVERSATION_ID(assist_id_in, conversation_id),
	FIELD(assist_id_in, id, "assist_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX) };
static const struct field of_f[] = { CONVERSATION_ID(conversation_id_in, id) };
static const struct spec of_in = SPEC("ConsoleAssistOf", conversation_id_in, of_f);
static const struct spec start_in = SPEC("ConsoleAssistStart", assist_in, start_f), id_in = SPEC("ConsoleAssistId", assist_id_in, id_f);

#define ALL ONE_CONVERSATION "/assist"
#define ONE ALL "/:assist_id"
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_CONVERSATIONS_WRITE, LIMIT_NONE, &of_in, assist_offer, &offer, 200, "What the AI can be asked for by staff there" },
	{ "POST", ALL, STAFF, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &start_in, assist_start, &answer, 201, "Suggest a reply, summarise the conversation, or translate a message to the caller's language (Accept-Language). Nothing is sent or stored. While running, ask again" },
	{ "GET", ONE, STAFF, MAY_CONVERSATIONS_WRITE, LIMIT_NONE, &id_in, assist_get, &answer, 200, "How far it is; kept for ten minutes" },
	{ "DELETE", ONE, STAFF, MAY_CONVERSATIONS_WRITE, LIMIT_ADMIN, &id_in, assist_cancel, NULL, 200, "Turn away from it" },
};
// clang-format on
const struct route_table console_assist = ROUTES(routes);
