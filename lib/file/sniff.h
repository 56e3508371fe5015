/* sniff.h: what a file really is (libmagic), and whether a site takes it. DESIGN 9. */
#ifndef SNIFF_H
#define SNIFF_H
#include "../core/core.h"

struct file_type {
	const char *mime; /* as it is stored and served */
	bool image;       /* may be shown where it stands */
	bool inert;       /* may be opened in the browser; everything else is downloaded */
};
/* libmagic and its tables: megabytes that take longer to load than most files to look at, so they are loaded with the first file
   and kept. One a process; never NULL. */
struct sniffer *sniffer_new(void);
void sniffer_free(struct sniffer *);
/* The content's type by libmagic ("application/octet-stream" when it cannot be told); into the arena. */
const char *sniff_mime(struct sniffer *, struct arena *, const char *path);
/* The type that a file of this name and content has here; false when it is not taken: *mismatch tells that the name promises
   another content. extra: DESKBELL_FILE_TYPES, "md=text/plain,zip=application/zip". Pure. */
bool file_type_find(struct arena *, const char *filename, const char *mime, const char *extra, struct file_type *out,
		    bool *mismatch);
#endif
