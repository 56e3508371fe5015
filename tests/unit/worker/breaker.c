#include "../../../worker/breaker.c"
#include "../ok.h"

static void fail_times(struct breaker *b, int n, int64_t now)
{
	for (int i = 0; i < n; i++) {
		ok(breaker_may(b, now), "call %d", i);
		breaker_bad(b, now);
	}
}

int main(void)
{
	struct breaker b = { 0 };

	fail_times(&b, BREAKER_FAILURES - 1, 1000);
	ok_int(breaker_state(&b), BREAKER_READY);
	breaker_good(&b);
	fail_times(&b, BREAKER_FAILURES, 2000); /* one that went well counts anew */
	ok_int(breaker_state(&b), BREAKER_FAILING);
	ok_int(b.since, 2000);
	ok(!breaker_may(&b, 2000 + BREAKER_FIRST_MS - 1), "left alone");
	breaker_bad(&b, 9000); /* one that was under way */
	ok_int(b.until, 2000 + BREAKER_FIRST_MS);
	ok(breaker_may(&b, b.until), "a trial");
	ok_int(breaker_state(&b), BREAKER_TRYING);
	ok(!breaker_may(&b, b.until), "one trial");
	breaker_unknown(&b);
	ok(breaker_may(&b, b.until), "that was given up: another");
	int64_t now = b.until;
	breaker_bad(&b, now);
	ok_int(b.until, now + 2 * BREAKER_FIRST_MS);
	ok_int(b.since, 2000);
	for (int i = 0; i < 10; i++) {
		now = b.until;
		ok(breaker_may(&b, now), "a trial");
		breaker_bad(&b, now);
	}
	ok_int(b.until, now + BREAKER_LAST_MS);
	ok(breaker_may(&b, b.until), "a trial");
	breaker_good(&b);
	ok_int(breaker_state(&b), BREAKER_READY);
	ok(breaker_may(&b, 0) && breaker_may(&b, 0), "as ever");
	return ok_end();
}
