#include "accept.h"
#include "../core/log.h"
#include "../core/settings.h"
#include <errno.h>
#include <string.h>

enum { AGAIN_S = 10 };

bool storage_failed(struct ctx *c, const char *path)
{
	bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG; /* the last: as large as a file may be here */

	log_error(c, "file.write", "%s: %s", path, strerror(errno));
	return fail_wait(c, full ? E_FULL : E_UNAVAILABLE, full ? "file.full" : "file.storage", AGAIN_S);
}

static bool refuse(struct ctx *c, const char *key)
{
	fail(c, E_MEDIA_TYPE, key);
	c->err.field = "file";
	return false;
}

bool upload_announced(struct ctx *c, const char *filename, int64_t size)
{
	struct file_type type;
	bool known;

	if (size > c->cfg->max_file)
		return fail(c, E_TOO_LARGE, "file.too_large");
	if (size == 0)
		return fail_field(c, "file", "file.empty");
	/* No content is yet what the name says; a name that is known says so. */
	return file_type_find(c->mem, filename, "", c->cfg->file_types, &type, &known) || known || refuse(c, "file.type");
}

bool upload_accept(struct ctx *c, struct upload *u)
{
	bool mismatch;

	if (blob_size(u->blob) == 0)
		return fail_field(c, "file", "file.empty");
	if (file_type_find(c->mem, u->filename, sniff_mime(c->sniffer, c->mem, blob_path(u->blob)), c->cfg->file_types, &u->type,
			   &mismatch)) {
		if (u->type.image && !picture_file(blob_path(u->blob), &u->picture))
			log_info(c, "file.picture", "%s: its size cannot be read", blob_sha256(u->blob));
		return true;
	}
	return refuse(c, mismatch ? "file.mismatch" : "file.type");
}
