/* Exports: a part at a time, so that other jobs wait no longer than one; what was noted in the row is in the file. */
#include "../lib/domain/export.h"
#include "../lib/api/desk/desk.h"
#include "../lib/core/csv.h"
#include "../lib/core/log.h"
#include "../lib/file/disk.h"
#include "worker.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct part {
	struct export e;
	bool found;
	struct buf text;
};

static void put_csv_head(struct buf *b)
{
	buf_str(b, "\xef\xbb\xbfid,session_id,from,to,content,content_type,timestamp,url"); /* a mark, or spreadsheets take it for
											       latin */
	csv_end(b);
}

static void put_csv(struct buf *b, const struct leg_message *m)
{
	struct buf cell = { 0 };

	buf_printf(&cell, "msg_%lld", (long long)m->message.id);
	csv_plain(b, buf_text(&cell));
	csv_next(b);
	buf_clear(&cell);
	buf_printf(&cell, "%s:%s", m->name.customer, m->name.agent != NULL ? m->name.agent : "");
	csv_text(b, buf_text(&cell));
	csv_next(b);
	csv_text(b, m->from);
	csv_next(b);
	csv_text(b, m->to);
	csv_next(b);
	csv_text(b, m->message.content);
	csv_next(b);
	csv_plain(b, desk_type_names[m->message.type]);
	csv_next(b);
	buf_clear(&cell);
	buf_time(&cell, m->message.created_at);
	csv_plain(b, buf_text(&cell));
	csv_next(b);
	buf_clear(&cell);
	desk_url.put(&cell, NULL, &m->message.attachment);
	size_t n = strlen(buf_text(&cell));
	if (n > 2 && cell.data[0] == '"') {
		cell.data[n - 1] = '\0';
		csv_plain(b, cell.data + 1);
	}
	csv_end(b);
	buf_free(&cell);
}

static void put_part(struct part *p, const struct list *messages, bool last)
{
	const struct leg_message *m = messages->items;
	bool csv = p->e.format == EXPORT_CSV;

	if (p->e.written == 0)
		csv ? put_csv_head(&p->text) : buf_str(&p->text, "[");
	for (size_t i = 0; i < messages->n; i++, p->e.messages++) {
		if (csv) {
			put_csv(&p->text, &m[i]);
			continue;
		}
		buf_str(&p->text, p->e.messages > 0 ? ",\n" : "\n");
		spec_put(&p->text, &desk_message_of, &m[i]);
	}
	if (last && !csv)
		buf_str(&p->text, "\n]\n");
}

static bool read_part(struct ctx *c, void *arg)
{
	struct part *p = arg;
	struct list messages = { 0 };
	int64_t to;

	if (!export_next(c, &p->e, &p->found) || !p->found)
		return c->err.code == E_OK;
	if (!export_part(c, &p->e, &messages, &to)) {
		if (failed_for_now(c->err.code))
			return false;
		log_warn(c, "export.failed", "%s: %s", p->e.public_id, c->err.key);
		c->err = (struct err){ 0 }; /* its owner, or somebody it asks for, is gone */
		p->e.status = EXPORT_FAILED;
		return true;
	}
	bool last = to >= p->e.upto;
	put_part(p, &messages, last);
	p->e.cursor = to;
	p->e.status = last ? EXPORT_COMPLETE : EXPORT_UNDER_WAY;
	return true;
}

/* Behind what the row says is there. */
static bool write_part(struct ctx *c, struct part *p)
{
	const char *path = export_path(c, &p->e);
	char *dir = arena_strdup(c->mem, path);

	*strrchr(dir, '/') = '\0';
	mkdir(dir, 0750);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
	bool good = fd >= 0 && ftruncate(fd, (off_t)p->e.written) == 0 && lseek(fd, 0, SEEK_END) == (off_t)p->e.written;
	good = good && disk_write(fd, p->text.data, p->text.len) == p->text.len && fsync(fd) == 0;
	if (!good)
		log_error(c, "export.file", "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
}

/* May be tried again. */
static bool keep_part(struct ctx *c, void *arg)
{
	struct part *p = arg;
	struct export e = p->e;

	if (e.status != EXPORT_FAILED && !write_part(c, p))
		return fail(c, E_UNAVAILABLE, "file.storage");
	e.written += (int64_t)p->text.len;
	e.finished_at = e.status == EXPORT_UNDER_WAY ? 0 : c->now;
	return export_note(c, &e);
}

bool export_look(struct worker *w)
{
	struct part p = { 0 };
	struct arena mem = { 0 }; /* what the first job reads is the second's */
	bool done = job_run_in(w, &mem, read_part, &p, false) && p.found && job_run_in(w, &mem, keep_part, &p, false);

	buf_free(&p.text);
	arena_free(&mem);
	return done;
}
