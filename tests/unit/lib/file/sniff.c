#include "../../../../lib/file/sniff.c"
#include "../../ok.h"

static const struct {
	const char *name, *mime, *extra, *want; /* want NULL: refused */
	bool mismatch, image;
} files[] = {
	{ "a.jpg", "image/jpeg", "", "image/jpeg", false, true },
	{ "a.JPEG", "image/jpeg", "", "image/jpeg", false, true },
	{ "a.png", "image/jpeg", "", NULL, true, false },
	{ "a.pdf", "application/pdf", "", "application/pdf", false, false },
	{ "a.txt", "text/x-c", "", "text/plain; charset=utf-8", false, false },
	{ "a.txt", "text/html", "", NULL, true, false },
	{ "a.docx", "application/zip", "", OOXML "wordprocessingml.document", false, false },
	{ "a.doc", "application/CDFV2", "", "application/msword", false, false },
	{ "a.xls", "application/zip", "", NULL, true, false },
	{ "a.html", "text/html", "", NULL, false, false },
	{ "a.svg", "image/svg+xml", "", NULL, false, false },
	{ "a", "image/png", "", NULL, false, false },
	{ "a.png.exe", "image/png", "", NULL, false, false },
	{ "a.zip", "application/zip", "md=text/plain,zip=application/zip", "application/zip", false, false },
	{ "a.md", "text/x-markdown", "md=text/plain,zip=application/zip", "text/plain", false, false },
	{ "a.zip", "text/plain", "md=text/plain,zip=application/zip", NULL, true, false },
	{ "a.ip", "application/zip", "zip=application/zip", NULL, false, false },
	{ "a.", "text/plain", "=text/plain", NULL, false, false },
};

int main(void)
{
	struct arena mem = { 0 };
	struct file_type type;
	bool mismatch;

	for (size_t i = 0; i < COUNT(files); i++) {
		bool taken = file_type_find(&mem, files[i].name, files[i].mime, files[i].extra, &type, &mismatch);
		ok(taken == (files[i].want != NULL) && mismatch == files[i].mismatch, "%s %s", files[i].name, files[i].mime);
		if (!taken || files[i].want == NULL)
			continue;
		ok_str(type.mime, files[i].want);
		ok(type.image == files[i].image, "%s: image", files[i].name);
	}
	arena_free(&mem);
	return ok_end();
}
