#include "../../../../lib/core/origin.h"
#include "../../ok.h"

static const struct {
	const char *patterns, *origin;
	bool in;
} rows[] = {
	{ "", "https://a.example", false },
	{ "*", "https://a.example", true },
	{ "https://a.example", "https://a.example", true },
	{ "https://a.example", "HTTPS://A.example", true },
	{ "https://a.example", "http://a.example", false },
	{ "https://a.example", "https://a.example:8443", false },
	{ "http://b.example , https://a.example:8443,", "https://a.example:8443", true },
	{ "https://*.a.example", "https://x.a.example", true },
	{ "https://*.a.example", "https://a.example", false },
	{ "https://*.a.example", "https://xa.example", false },
	{ "https://*.a.example", "https://a.example.evil", false },
	{ "https://a.example", "null", false },
	{ ",,,", "", false },
};

int main(void)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		ok(origin_in_list(rows[i].patterns, rows[i].origin) == rows[i].in, "%s in %s", rows[i].origin, rows[i].patterns);
	return ok_end();
}
