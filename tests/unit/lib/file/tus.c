#include "../../../../lib/file/tus.c"
#include "../../ok.h"
#include <stdio.h>

static struct arena mem;

/* "key=value;key=value" of what was read, or "!". */
static const char *metadata(const char *s, size_t n)
{
	static char text[8192];
	struct tus_metadata m = { 0 };
	size_t at = 0;

	text[0] = '\0';
	if (!tus_metadata_read(&mem, s, n, &m))
		return "!";
	for (size_t i = 0; i < m.n; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s=%s", i > 0 ? ";" : "", m.pairs[i].key, m.pairs[i].value);
	return text;
}

static const struct {
	const char *header, *want;
} headers[] = {
	{ "", "" },
	{ "filename d29ybGQucGRm", "filename=world.pdf" },
	{ "filename d29ybGQucGRm,is_confidential", "filename=world.pdf;is_confidential=" },
	{ "filename d29ybGQucGRm, filetype YXBwbGljYXRpb24vcGRm", "filename=world.pdf;filetype=application/pdf" },
	{ "a ,b", "a=;b=" },
	{ "filename 55So5oi3LnBkZg==", "filename=用户.pdf" },
	{ "a YQ==,A Yg==", "a=a;A=b" },
	/* malformed */
	{ ",", "!" },
	{ "a YQ==,", "!" },
	{ ",a YQ==", "!" },
	{ "a YQ==,,b", "!" },
	{ " ", "!" },
	{ " a YQ==", "!" },
	{ "a  YQ==", "!" },
	{ "a YQ== ", "!" },
	{ "a YQ==\r\n", "!" },
	{ "a YQ==;b YQ==", "!" },
	{ "\303\251 YQ==", "!" },
	{ "a\tYQ==", "!" },
	{ "a YQ==,a Yg==", "!" }, /* twice */
	/* Base64 that is not strict */
	{ "a YQ", "!" },
	{ "a YQ=", "!" },
	{ "a YR==", "!" }, /* bits to spare */
	{ "a Y Q==", "!" },
	{ "a YQ==YQ==", "!" },
	{ "a _-8=", "!" }, /* the alphabet of URLs */
	{ "a ====", "!" },
	/* no text */
	{ "a /w==", "!" },
	{ "a AAAA", "!" },
	{ "a YQBi", "!" }, /* a NUL within */
};

static const struct {
	const char *header;
	int by; /* -1 = refused */
	unsigned char first;
} checksums[] = {
	{ "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", TUS_SHA1, 0x2a },
	{ "sha256 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", TUS_SHA256, 0xe3 },
	{ "md5 1B2M2Y8AsgTpgAmY7PhCfg==", TUS_MD5, 0xd4 },
	{ "", -1, 0 },
	{ "sha1", -1, 0 },
	{ "sha1 ", -1, 0 },
	{ "sha1Kq5sNclPz7QV2+lfQIuc6R7oRu0=", -1, 0 },
	{ "SHA1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", -1, 0 },
	{ "crc32 AAAAAA==", -1, 0 },
	{ "sha1 1B2M2Y8AsgTpgAmY7PhCfg==", -1, 0 }, /* of another length */
	{ "md5 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", -1, 0 },
	{ "sha1 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=47DEQpj8HBSa+/TI", -1, 0 },
	{ "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0= ", -1, 0 },
	{ "sha1  Kq5sNclPz7QV2+lfQIuc6R7oRu0=", -1, 0 },
};

static void test_limits(void)
{
	char many[512] = "", longest[TUS_HEADER + 16];
	struct tus_metadata m = { 0 };

	for (int i = 0, at = 0; i < TUS_PAIRS + 1; i++) {
		at += snprintf(many + at, sizeof(many) - (size_t)at, "%sk%d", i > 0 ? "," : "", i);
		ok_int(tus_metadata_read(&mem, many, strlen(many), &m), i < TUS_PAIRS);
	}
	memset(longest, 'k', sizeof(longest));
	ok(tus_metadata_read(&mem, longest, TUS_HEADER, &m), "a key as long as a header may be");
	ok(!tus_metadata_read(&mem, longest, TUS_HEADER + 1, &m), "one longer");
	ok_str(metadata("a YQ==\0b", 8), "!");
	tus_metadata_read(&mem, "a YQ==", 6, &m);
	ok_str(tus_metadata_get(&m, "a"), "a");
	ok(tus_metadata_get(&m, "b") == NULL, "no such key");
}

int main(void)
{
	for (size_t i = 0; i < COUNT(headers); i++)
		ok_str(metadata(headers[i].header, strlen(headers[i].header)), headers[i].want);
	for (size_t i = 0; i < COUNT(checksums); i++) {
		struct tus_checksum k = { 0 };
		bool good = tus_checksum_read(checksums[i].header, strlen(checksums[i].header), &k);
		ok(good == (checksums[i].by >= 0), "%s", checksums[i].header);
		ok(!good || ((int)k.by == checksums[i].by && k.digest[0] == checksums[i].first), "%s", checksums[i].header);
	}
	test_limits();
	arena_free(&mem);
	return ok_end();
}
