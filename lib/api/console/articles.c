/* Console: the knowledge base. Everybody who reads conversations reads what is published. */
#include "../../domain/ai_setup.h"
#include "../../domain/article_admin.h"
#include "../../domain/article_ask.h"
#include "../../domain/user.h"
#include "console.h"

// clang-format off
static const struct field article_f[] = {
	FIELD(article, id, "id", as_int),
	FIELD(article, title, "title", as_str),
	FIELD(article, content, "content", as_text),
	FIELD(article, locale, "locale", as_str),
	FIELD(article, published, "published", as_bool),
	FIELD(article, created_at, "created_at", as_time),
	FIELD(article, updated_at, "updated_at", as_time),
};
static const struct spec article = SPEC("ConsoleArticle", article, article_f);
static const struct field one_f[] = { { .key = "article", .as = &as_object, .arg = &article } };
static const struct spec one = SPEC("ConsoleArticleAnswer", article, one_f);
static const struct field list_f[] = { FIELD(article_list_out, articles, "articles", as_list, .arg = &article), PAGE_META(article_list_out) };
static const struct spec list = SPEC("ConsoleArticles", article_list_out, list_f);

static const struct field list_in_f[] = {
	FIELD(article_list_in, search, "search", as_str, .flags = FROM_QUERY | TRIM, .max = 200),
	FIELD(article_list_in, locale, "locale", as_str, .flags = FROM_QUERY, .min = 1, .max = 8, .doc = "zh or en"),
	FIELD(article_list_in, published, "published", as_bool, .flags = FROM_QUERY, .bit = ARTICLE_HAS_PUBLISHED),
	PAGE_IN(article_list_in),
};
static const struct spec list_in = SPEC_HAS("ConsoleArticlesQuery", article_list_in, list_in_f);

#define ID(T) FIELD(T, id, "article_id", as_int, .flags = FROM_PATH | REQUIRED, .min = 1, .max = INT64_MAX)
#define WRITE(need) \
	FIELD(article_edit_in, title, "title", as_str, .flags = need | TRIM, .min = 1, .max = 200), \
	FIELD(article_edit_in, content, "content", as_str, .flags = need | TRIM, .min = 1, .max = 50000), \
	FIELD(article_edit_in, locale, "locale", as_str, .min = 1, .max = 8, .doc = "zh or en"), \
	FIELD(article_edit_in, published, "published", as_bool, .bit = ARTICLE_HAS_PUBLISHED)
static const struct field id_f[] = { ID(article_id_in) };
static const struct field create_f[] = { WRITE(REQUIRED) };
static const struct field update_f[] = { ID(article_edit_in), WRITE(0) };
static const struct spec id_in = SPEC("ConsoleArticleId", article_id_in, id_f),
	create_in = SPEC_HAS("ConsoleArticleCreate", article_edit_in, create_f),
	update_in = SPEC_HAS("ConsoleArticleUpdate", article_edit_in, update_f);

static const struct field ask_f[] = {
	FIELD(article_ask_in, question, "question", as_str, .flags = REQUIRED | TRIM, .min = 1, .max = 1000),
	FIELD(article_ask_in, locale, "locale", as_str, .flags = NULLABLE, .min = 1, .max = 8, .doc = "zh or en: for a question whose language cannot be told"),
	FIELD(article_ask_in, inbox_id, "inbox_id", as_int, .flags = NULLABLE, .min = 1, .max = INT64_MAX, .doc = "As those are answered who come by it (needs inboxes:read); none: by no inbox"),
};
static const struct spec ask_in = SPEC("ConsoleQuestion", article_ask_in, ask_f);
static const struct field source_f[] = {
	FIELD(article_source, id, "id", as_int),
	FIELD(article_source, title, "title", as_str),
	FIELD(article_source, score, "score", as_real, .doc = "Of its best passage"),
	FIELD(article_source, passage, "passage", as_text, .doc = "Its best passage"),
	FIELD(article_source, used, "used", as_bool, .doc = "The answer is made of it"),
};
static const struct spec source = SPEC("ConsoleAnswerSource", article_source, source_f);
static const struct field passage_f[] = {
	FIELD(article_ask_passage, article_id, "article_id", as_int),
	FIELD(article_ask_passage, title, "title", as_str, .doc = "The article's"),
	FIELD(article_ask_passage, heading, "heading", as_str, .doc = "Of the section it stands in, outermost first; may be empty"),
	FIELD(article_ask_passage, text, "text", as_text, .doc = "Without markup"),
	FIELD(article_ask_passage, score, "score", as_real, .doc = "0 to 1: how much of the question it speaks about"),
	FIELD(article_ask_passage, used, "used", as_bool, .doc = "The answer is made of it, or the provider is told it"),
};
static const struct spec passage = SPEC("ConsoleAnswerPassage", article_ask_passage, passage_f);
static const struct field answer_f[] = {
	FIELD(article_ask_out, answer, "answer", as_text),
	FIELD(article_ask_out, sure, "sure", as_bool),
	FIELD(article_ask_out, kind, "kind", as_enum, .arg = answer_kind_names),
	FIELD(article_ask_out, provider, "provider", as_enum, .arg = ai_provider_names, .doc = "Who answers there; of openai the answer here is the builtin one's"),
	FIELD(article_ask_out, passages, "passages", as_list, .arg = &passage, .doc = "Best first"),
	FIELD(article_ask_out, articles, "articles", as_list, .arg = &source, .doc = "The same by article"),
	FIELD(article_ask_out, prompt, "prompt", as_str, .flags = NULLABLE, .doc = "What a provider over the network is told"),
};
static const struct spec answer = SPEC("ConsoleAnswer", article_ask_out, answer_f);

#define ALL "/api/v1/articles"
#define ONE ALL "/:article_id"
static const struct route routes[] = {
	{ "GET", ALL, STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &list_in, article_list, &list, 200, "Articles, the last changed first; drafts are for those who read settings" },
	{ "POST", ALL, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &create_in, article_create, &one, 201, "Write an article" },
	{ "POST", ALL "/ask", STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &ask_in, article_ask, &answer, 200, "What the AI would answer, and from where" },
	{ "GET", ONE, STAFF, MAY_CONVERSATIONS_READ, LIMIT_ADMIN, &id_in, article_get, &one, 200, "An article" },
	{ "PUT", ONE, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &update_in, article_update, &one, 200, "Change an article" },
	{ "DELETE", ONE, STAFF | WRITES, MAY_SETTINGS_WRITE, LIMIT_ADMIN, &id_in, article_delete, NULL, 200, "Delete an article" },
};
// clang-format on
const struct route_table console_articles = ROUTES(routes);
