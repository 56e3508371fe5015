#include "../../../../lib/file/clamd.c"
#include "../../ok.h"

/* What it says is as it came; only a finding's name is taken out of it. */
static const struct {
	const char *said;
	bool had_all;
	enum clamd_verdict verdict;
	const char *left;
} answers[] = {
	{ "stream: OK", true, CLAMD_CLEAN, "stream: OK" },
	{ "stream: OK", false, CLAMD_AWAY, "stream: OK" },
	{ "stream: OK ", true, CLAMD_AWAY, "stream: OK " },
	{ "OK", true, CLAMD_AWAY, "OK" },
	{ "", true, CLAMD_AWAY, "" },
	{ "stream: Win.Test.EICAR_HDB-1 FOUND", true, CLAMD_INFECTED, "Win.Test.EICAR_HDB-1" },
	{ "stream: Win.Test.EICAR_HDB-1 FOUND", false, CLAMD_INFECTED, "Win.Test.EICAR_HDB-1" },
	{ "stream: OK FOUND", true, CLAMD_INFECTED, "OK" },
	{ "stream:  FOUND", true, CLAMD_AWAY, "stream:  FOUND" },
	{ "stream: FOUND", true, CLAMD_AWAY, "stream: FOUND" },
	{ "INSTREAM size limit exceeded. ERROR", false, CLAMD_TOO_LARGE, "INSTREAM size limit exceeded. ERROR" },
	{ "UNKNOWN COMMAND", true, CLAMD_AWAY, "UNKNOWN COMMAND" },
};

static const struct {
	const char *place, *host;
	int port;
} places[] = { { "127.0.0.1:3310", "127.0.0.1", 3310 },
	       { "[::1]:3310", "::1", 3310 },
	       { "clamav:1", "clamav", 1 },
	       { "clamav", NULL, 0 },
	       { ":3310", NULL, 0 },
	       { "[]:3310", NULL, 0 },
	       { "a:65536", NULL, 0 },
	       { "a:b", NULL, 0 } };

int main(void)
{
	char said[CLAMD_SAID], host[HOST];
	const char *text = said, *name = host;
	int64_t port;

	for (size_t i = 0; i < COUNT(answers); i++) {
		snprintf(said, sizeof(said), "%s", answers[i].said);
		ok(judge(said, answers[i].had_all) == answers[i].verdict, "%s", answers[i].said);
		ok_str(text, answers[i].left);
	}
	for (size_t i = 0; i < COUNT(places); i++) {
		bool found = split(places[i].place, host, &port);
		ok(found == (places[i].host != NULL), "%s", places[i].place);
		if (found && places[i].host != NULL) {
			ok_str(name, places[i].host);
			ok_int(port, places[i].port);
		}
	}
	ok(clamd_scan("/nowhere/clamd.sock", -1, mono_ms() + 100, said) == CLAMD_AWAY, "nobody is there");
	ok_str(text, "nobody answers");
	return ok_end();
}
