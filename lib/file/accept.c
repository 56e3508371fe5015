#include "accept.h"
#include "../core/log.h"
#include "../core/settings.h"
#include "../core/text.h"
#include "clamd.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

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

/* -- what ClamAV says of it, where the site has it -- */

static bool unscanned(struct ctx *c, const struct upload *u, const char *why, bool too_large)
{
	bool refused = c->cfg->clamav_required != 0;

	log_warn(c, "file.unscanned", "%s: %s: %s", blob_sha256(u->blob), why, refused ? "refused" : "taken as it is");
	if (!refused)
		return true;
	return too_large ? fail(c, E_TOO_LARGE, "file.too_large_to_scan") : fail_wait(c, E_UNAVAILABLE, "file.unscanned", AGAIN_S);
}

static bool harmless(struct ctx *c, const struct upload *u)
{
	int64_t ms = u->scan_ms > 0 && u->scan_ms < c->cfg->clamav_ms ? u->scan_ms : c->cfg->clamav_ms;
	char said[CLAMD_SAID] = "";

	if (*c->cfg->clamav == '\0')
		return true;
	int fd = open(blob_path(u->blob), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return storage_failed(c, blob_path(u->blob));
	enum clamd_verdict found = clamd_scan(c->cfg->clamav, fd, mono_ms() + ms, said);
	close(fd);
	if (found == CLAMD_CLEAN)
		return true;
	if (found != CLAMD_INFECTED)
		return unscanned(c, u, said, found == CLAMD_TOO_LARGE);
	log_warn(c, "file.infected", "%s: %s", blob_sha256(u->blob), said);
	return refuse(c, "file.infected");
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
		return harmless(c, u);
	}
	return refuse(c, mismatch ? "file.mismatch" : "file.type");
}
