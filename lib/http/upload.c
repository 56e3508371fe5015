/* A multipart body: its file to disk as it comes, in constant memory; its other parts are a form's fields. DESIGN 9. */
#include "../core/settings.h"
#include "../core/text.h"
#include "../file/accept.h"
#include "../file/multipart.h"
#include "decode.h"
#include "serve.h"
#include <stdio.h>
#include <string.h>

enum { FIELDS = 16, FIELD_BYTES = 32768, READ = 8192, REST = 65536 };
struct intake {
	struct ctx *c;
	struct upload *upload; /* NULL until a file part begins */
	struct pairs fields;
	struct buf text;
	bool in_file;
	bool no_file; /* a form that takes none */
};

static bool add_field(struct intake *in, const char *name, const char *value)
{
	const char **keys = (const char **)(uintptr_t)in->fields.keys, **values = (const char **)(uintptr_t)in->fields.values;

	if (in->fields.n == FIELDS)
		return fail(in->c, E_BAD_INPUT, "http.bad_form");
	keys[in->fields.n] = arena_strdup(in->c->mem, name);
	values[in->fields.n++] = value;
	return true;
}

static bool begin_part(void *arg, const struct part *p)
{
	struct intake *in = arg;
	struct ctx *c = in->c;

	in->in_file = p->is_file;
	if (p->is_file && in->no_file)
		return fail_field(c, arena_strdup(c->mem, p->name), "input.not_a_string");
	if (!add_field(in, p->name, p->is_file ? arena_strdup(c->mem, p->filename) : ""))
		return false;
	buf_clear(&in->text);
	if (!p->is_file)
		return true;
	if (in->upload != NULL)
		return fail_field(c, in->fields.keys[in->fields.n - 1], "file.one_at_a_time");
	in->upload = arena_alloc(c->mem, sizeof(*in->upload));
	memcpy(in->upload->filename, p->filename, sizeof(in->upload->filename));
	in->upload->blob = blob_begin(c->mem, arena_printf(c->mem, "%s/files", c->cfg->var));
	return in->upload->blob != NULL || storage_failed(c, c->cfg->var);
}

static bool part_data(void *arg, const char *data, size_t n)
{
	struct intake *in = arg;
	struct ctx *c = in->c;

	if (!in->in_file) {
		buf_add(&in->text, data, n);
		return in->text.len <= FIELD_BYTES || fail(c, E_TOO_LARGE, "http.body_too_large");
	}
	if (blob_size(in->upload->blob) + (int64_t)n > c->cfg->max_file)
		return fail(c, E_TOO_LARGE, "file.too_large");
	return blob_write(in->upload->blob, data, n) || storage_failed(c, blob_path(in->upload->blob));
}

static bool end_part(void *arg)
{
	struct intake *in = arg;

	if (in->in_file)
		return blob_finish(in->upload->blob) || storage_failed(in->c, blob_path(in->upload->blob));
	const char **values = (const char **)(uintptr_t)in->fields.values;
	if (!utf8_valid(in->text.data, in->text.len))
		return fail_field(in->c, in->fields.keys[in->fields.n - 1], "input.bad_text");
	values[in->fields.n - 1] = arena_strndup(in->c->mem, in->text.data, in->text.len);
	return true;
}

static bool pump(struct intake *in, const struct request *q, const char *boundary)
{
	struct multipart *m = arena_alloc(in->c->mem, sizeof(*m));
	char chunk[READ];
	size_t left = q->n;
	long got;

	multipart_init(m, boundary, &(struct multipart_sink){ begin_part, part_data, end_part, in });
	while (left > 0 && (got = q->read(q->read_arg, chunk, left < READ ? left : READ)) > 0) {
		left -= (size_t)got;
		if (!multipart_feed(m, chunk, (size_t)got))
			return in->c->err.code != E_OK ? false : fail(in->c, E_BAD_INPUT, "http.bad_form");
	}
	return multipart_done(m) || fail(in->c, E_BAD_INPUT, "http.bad_form");
}

static bool identify(struct ctx *c, struct upload *u)
{
	return u == NULL || upload_accept(c, u); /* whether there must be one says the row */
}

static void fields_begin(struct intake *in)
{
	in->fields.keys = arena_alloc(in->c->mem, FIELDS * sizeof(*in->fields.keys));
	in->fields.values = arena_alloc(in->c->mem, FIELDS * sizeof(*in->fields.values));
}

bool upload_read(struct ctx *c, const struct request *q, struct sources *from)
{
	char boundary[MULTIPART_BOUNDARY + 1];
	struct intake in = { .c = c };

	if (q->read == NULL || !multipart_boundary(q->content_type, boundary))
		return fail(c, E_MEDIA_TYPE, "http.multipart");
	if (q->no_room)
		return fail_wait(c, E_UNAVAILABLE, "upload.no_room", 1);
	if (q->n > (size_t)c->cfg->max_file + REST)
		return fail(c, E_TOO_LARGE, "file.too_large");
	fields_begin(&in);
	bool good = pump(&in, q, boundary) && identify(c, in.upload);
	buf_free(&in.text);
	if (!good)
		return false;
	c->upload = in.upload;
	from->body = json_from_pairs(c, &in.fields);
	return from->body != NULL;
}

/* A form's parts as members, as a JSON body's would be. */
bool form_read(struct ctx *c, const struct request *q, struct sources *from)
{
	char boundary[MULTIPART_BOUNDARY + 1];
	struct intake in = { .c = c, .no_file = true };

	if (q->n > (size_t)c->cfg->max_body)
		return fail(c, E_TOO_LARGE, "http.body_too_large");
	if (q->read == NULL) {
		if (!decode_query(c->mem, q->n > 0 ? arena_strndup(c->mem, q->body, q->n) : "", &in.fields))
			return fail(c, E_BAD_INPUT, "http.bad_form");
	} else {
		if (!multipart_boundary(q->content_type, boundary))
			return fail(c, E_MEDIA_TYPE, "http.multipart");
		fields_begin(&in);
		bool good = pump(&in, q, boundary);
		buf_free(&in.text);
		if (!good)
			return false;
	}
	from->body = json_from_pairs(c, &in.fields);
	return from->body != NULL;
}

/* The member is there as text, the file's name; what it stands for was taken in before. */
static bool get_upload(struct ctx *c, const struct field *f, const struct json *v, void *slot)
{
	(void)v;
	if (c->upload == NULL)
		return fail_field(c, f->key, "input.missing");
	*(const struct upload **)slot = c->upload;
	return true;
}

const struct codec as_upload = { "file", sizeof(struct upload *), get_upload, NULL,
				 "\"type\":\"string\",\"contentMediaType\":\"application/octet-stream\"" };
