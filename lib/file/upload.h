/* upload.h: one file of a request, complete on disk and not yet visible. Between lib/http, which takes it in, and the domain. */
#ifndef UPLOAD_H
#define UPLOAD_H
#include "blob.h"
#include "picture.h"
#include "sniff.h"

struct upload {
	char filename[256]; /* cleaned: file_name_clean() */
	struct file_type type;
	struct picture picture; /* of an image whose head is sound */
	struct blob *blob;
	int64_t scan_ms; /* so long at most ClamAV may take, if it is less than the settings allow; 0 = as they do */
};
#endif
