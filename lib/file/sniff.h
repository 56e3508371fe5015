/* sniff.h: what a file really is (libmagic), and whether a site takes it. DESIGN 9. */
#ifndef SNIFF_H
#define SNIFF_H
#include "../core/core.h"

struct file_type {
	const char *mime; /* as it is stored and served */
	bool image;       /* may be shown where it stands */
	bool inert;       /* may be opened in the browser; everything else is downloaded */
};
/* The content's type by libmagic ("application/octet-stream" when it cannot be told); into the arena. */
const char *sniff_mime(struct arena *, const char *path);
/* The type that a file of this name and content has here; false when it is not taken: *mismatch tells that the name promises
   another content. extra: DESKBELL_FILE_TYPES, "md=text/plain,zip=application/zip". Pure. */
bool file_type_find(struct arena *, const char *filename, const char *mime, const char *extra, struct file_type *out,
		    bool *mismatch);
#endif
