#include "sniff.h"
#include <magic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What libmagic calls the content of such a file; "text/" stands for every text. */
struct known {
	const char *extension, *mime;
	const char *contents[4];
	bool image, inert;
};
#define OLE "application/x-ole-storage", "application/CDFV2"
#define OOXML "application/vnd.openxmlformats-officedocument."
// clang-format off
static const struct known known[] = {
	{ "jpg",  "image/jpeg", { "image/jpeg" }, true, true },
	{ "jpeg", "image/jpeg", { "image/jpeg" }, true, true },
	{ "png",  "image/png",  { "image/png" },  true, true },
	{ "gif",  "image/gif",  { "image/gif" },  true, true },
	{ "webp", "image/webp", { "image/webp" }, true, true },
	{ "pdf",  "application/pdf", { "application/pdf" }, false, true },
	{ "txt",  "text/plain; charset=utf-8", { "text/", "application/x-empty" }, false, true },
	{ "doc",  "application/msword", { "application/msword", OLE }, false, false },
	{ "xls",  "application/vnd.ms-excel", { "application/vnd.ms-excel", OLE }, false, false },
	{ "docx", OOXML "wordprocessingml.document", { OOXML "wordprocessingml.document", "application/zip", "application/octet-stream" }, false, false },
	{ "xlsx", OOXML "spreadsheetml.sheet", { OOXML "spreadsheetml.sheet", "application/zip", "application/octet-stream" }, false, false },
};
// clang-format on

struct sniffer {
	magic_t magic; /* NULL = not loaded yet */
};

struct sniffer *sniffer_new(void)
{
	struct sniffer *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	return s;
}

void sniffer_free(struct sniffer *s)
{
	if (s != NULL && s->magic != NULL)
		magic_close(s->magic);
	free(s);
}

static magic_t loaded(struct sniffer *s)
{
	if (s->magic != NULL)
		return s->magic;
	s->magic = magic_open(MAGIC_MIME_TYPE | MAGIC_SYMLINK);
	if (s->magic != NULL && magic_load(s->magic, NULL) != 0) {
		magic_close(s->magic);
		s->magic = NULL;
	}
	return s->magic;
}

const char *sniff_mime(struct sniffer *s, struct arena *mem, const char *path)
{
	magic_t m = loaded(s);
	const char *mime = m != NULL ? magic_file(m, path) : NULL;

	return arena_strdup(mem, mime != NULL ? mime : "application/octet-stream");
}

static const char *extension(const char *filename)
{
	const char *dot = strrchr(filename, '.');

	return dot != NULL ? dot + 1 : "";
}

static bool fits(const char *want, const char *mime)
{
	size_t n = strlen(want);

	return want[n - 1] == '/' ? strncmp(mime, want, n) == 0 : strcmp(mime, want) == 0;
}

/* "md=text/plain,zip=application/zip": the content must be what is said. */
static const char *extra_mime(struct arena *mem, const char *extra, const char *ext)
{
	size_t n = strlen(ext);

	for (const char *s = extra; *s != '\0'; s += strcspn(s, ","), s += *s == ',')
		if (n > 0 && strncasecmp(s, ext, n) == 0 && s[n] == '=')
			return arena_strndup(mem, s + n + 1, strcspn(s + n + 1, ","));
	return NULL;
}

bool file_type_find(struct arena *mem, const char *filename, const char *mime, const char *extra, struct file_type *out,
		    bool *mismatch)
{
	const char *ext = extension(filename), *more = extra_mime(mem, extra, ext);

	*mismatch = false;
	for (size_t i = 0; i < COUNT(known); i++) {
		if (strcasecmp(known[i].extension, ext) != 0)
			continue;
		*out = (struct file_type){ known[i].mime, known[i].image, known[i].inert };
		for (size_t j = 0; j < COUNT(known[i].contents) && known[i].contents[j] != NULL; j++)
			if (fits(known[i].contents[j], mime) && strcmp(mime, "text/html") != 0)
				return true;
		*mismatch = true;
		return false;
	}
	*out = (struct file_type){ more, false, false };
	*mismatch = more != NULL && strcmp(more, mime) != 0 && !(strcmp(more, "text/plain") == 0 && strncmp(mime, "text/", 5) == 0);
	return more != NULL && !*mismatch;
}
