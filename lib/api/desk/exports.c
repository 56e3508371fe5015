/* Desk: messages as a file, written by the worker. */
#include "../../core/settings.h"
#include "../../domain/export.h"
#include "../access/link.h"
#include "../access/send_file.h"
#include "desk.h"

enum { QUERY_MAX = 200 };

// clang-format off
static const struct field in_f[] = {
	FIELD(export_in, filter.query, "query", as_str, .flags = NULLABLE | TRIM, .max = QUERY_MAX),
	FIELD(export_in, filter.from, "from_user", as_str, .flags = NULLABLE, .max = PUBLIC_ID_MAX),
	FIELD(export_in, filter.to, "to_user", as_str, .flags = NULLABLE, .max = PUBLIC_ID_MAX),
	FIELD(export_in, filter.leg, "session_id", desk_leg, .flags = NULLABLE),
	FIELD(export_in, filter.type, "content_type", as_filter, .flags = NULLABLE, .arg = desk_type_names),
	FIELD(export_in, filter.since, "start_date", as_from, .flags = NULLABLE),
	FIELD(export_in, filter.until, "end_date", as_to, .flags = NULLABLE),
	FIELD(export_in, format, "format", as_enum, .arg = export_format_names),
};
static const struct spec create_in = SPEC("DeskExportCreate", export_in, in_f);
#define EXPORT \
	FIELD(export, public_id, "export_id", as_str), \
	FIELD(export, status, "status", as_enum, .arg = export_status_names), \
	FIELD(export, format, "format", as_enum, .arg = export_format_names), \
	FIELD(export, messages, "message_count", as_int, .doc = "So far"), \
	FIELD(export, progress, "progress", as_real, .doc = "0 to 1"), \
	FIELD(export, download_url, "download_url", as_str, .doc = "Answers when it is completed"), \
	FIELD(export, written, "size_bytes", as_int), \
	FIELD(export, created_at, "created_at", as_time), \
	FIELD(export, finished_at, "finished_at", as_time, .flags = NULLABLE), \
	FIELD(export, expires_at, "expires_at", as_time)
static const struct field export_f[] = { EXPORT };
static const struct field row_f[] = {
	EXPORT,
	FIELD(export, owner, "created_by", as_str),
	FIELD(export, filter.query, "query", as_str, .flags = NULLABLE),
	FIELD(export, filter.from, "from_user", as_str, .flags = NULLABLE),
	FIELD(export, filter.to, "to_user", as_str, .flags = NULLABLE),
	FIELD(export, filter.since, "start_date", as_time, .flags = NULLABLE),
	FIELD(export, filter.until, "end_date", as_time, .flags = NULLABLE, .doc = "What was said before it"),
};
static const struct spec row = SPEC("DeskExportRow", export, row_f);
static const struct field list_in_f[] = { DESK_PAGE(export_list_in, 20) };
static const struct spec list_in = SPEC("DeskExportsQuery", export_list_in, list_in_f);
static const struct field list_f[] = {
	FIELD(export_list, exports, "exports", as_list, .arg = &row),
	FIELD(export_list, meta, "pagination", as_object, .arg = &desk_pages),
};
static const struct desk_answer list = ANSWER("DeskExports", export_list, list_f, "desk.exports");
static const struct field gone_f[] = { FIELD(export_gone, public_id, "export_id", as_str), FIELD(export_gone, deleted, "deleted", as_bool) };
static const struct desk_answer gone = ANSWER("DeskExportDeleted", export_gone, gone_f, "desk.export_deleted");
static const struct desk_answer answer = ANSWER("DeskExport", export, export_f, "desk.export");
static const struct field id_f[] = { PUBLIC_ID(export_id_in, public_id, "export_id") };
static const struct spec id_in = SPEC("DeskExportId", export_id_in, id_f);
// clang-format on

#define ALL "/api/messages/export"
static bool show(struct ctx *c, struct export *e)
{
	e->download_url = arena_printf(c->mem, ALL "/%s/download", e->public_id);
	e->progress = e->status == EXPORT_COMPLETE || e->upto <= 0 ? 1 : (double)e->cursor / (double)e->upto;
	return true;
}

static bool show_all(struct ctx *c, const void *in, void *vout)
{
	struct export_list *out = vout;

	if (!export_list(c, in, out))
		return false;
	for (size_t i = 0; i < out->exports.n; i++)
		show(c, (struct export *)(uintptr_t)out->exports.items + i);
	return true;
}

static bool create(struct ctx *c, const void *in, void *out)
{
	return export_create(c, in, out) && show(c, out);
}

static const char *not_there(const struct export *e)
{
	return e->status == EXPORT_FAILED ? "export.failed" : "export.not_ready";
}

static bool make_link(struct ctx *c, const void *in, void *out)
{
	struct export e = { 0 };

	if (!export_get(c, in, &e))
		return false;
	if (e.status != EXPORT_COMPLETE)
		return fail(c, E_NOT_FOUND, not_there(&e));
	link_make(c, arena_printf(c->mem, ALL "/%s/download", e.public_id), out);
	return true;
}

static bool get(struct ctx *c, const void *in, void *out)
{
	return export_get(c, in, out) && show(c, out);
}

static bool download(struct ctx *c, const void *in, void *vout)
{
	struct raw *out = vout;
	struct export e = { 0 };

	if (!export_get(c, in, &e))
		return false;
	if (e.status != EXPORT_COMPLETE)
		return fail(c, E_NOT_FOUND, not_there(&e));
	const char *path = export_path(c, &e), *format = export_format_names[e.format];
	*out = (struct raw){ .status = 200,
			     .type = e.format == EXPORT_CSV ? "text/csv; charset=utf-8" : "application/json; charset=utf-8",
			     .body = "" };
	if (!c->cfg->sendfile && !send_through_us(c, path, out))
		return false;
	out->headers = arena_printf(c->mem, "%s%s%sContent-Disposition: attachment; filename=\"messages-%lld.%s\"\r\n",
				    c->cfg->sendfile ? "X-Sendfile: " : "", c->cfg->sendfile ? path : "",
				    c->cfg->sendfile ? "\r\n" : "", (long long)e.id, format);
	return true;
}

// clang-format off
static const struct route routes[] = {
	{ "POST", ALL, STAFF | WRITES, MAY_REPORTS_EXPORT, LIMIT_BATCH, &create_in, create, &answer.data, 200, "Messages in the caller's scope as a file, made in the background" },
	{ "GET", ALL, STAFF, MAY_REPORTS_EXPORT, LIMIT_ADMIN, &list_in, show_all, &list.data, 200, "One's own exports, of an admin all, the newest first" },
	{ "DELETE", ALL "/:export_id", STAFF | WRITES, MAY_REPORTS_EXPORT, LIMIT_ADMIN, &id_in, export_delete, &gone.data, 200, "Delete an export and its file; one under way ends" },
	{ "POST", ALL "/:export_id/link", STAFF, MAY_REPORTS_EXPORT, LIMIT_ADMIN, &id_in, make_link, &desk_link.data, 200, "A link by which a browser downloads it, good for ten minutes" },
	{ "GET", ALL "/:export_id", STAFF, MAY_REPORTS_EXPORT, LIMIT_ADMIN, &id_in, get, &answer.data, 200, "How far it is" },
	{ "GET", ALL "/:export_id/download", STAFF | RAW, MAY_REPORTS_EXPORT, LIMIT_ADMIN, &id_in, download, NULL, 200, "The file, by ranges if asked so, until it expires" },
};
// clang-format on
const struct route_table desk_exports = ROUTES(routes);
