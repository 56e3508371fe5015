#include "breaker.h"

const char *const breaker_state_names[] = { "ready", "failing", "trying" };

enum breaker_state breaker_state(const struct breaker *b)
{
	return b->since == 0 ? BREAKER_READY : b->trying ? BREAKER_TRYING : BREAKER_FAILING;
}

bool breaker_may(struct breaker *b, int64_t now)
{
	if (b->since == 0)
		return true;
	if (b->trying || now < b->until)
		return false;
	b->trying = true;
	return true;
}

void breaker_good(struct breaker *b)
{
	*b = (struct breaker){ 0 };
}

/* Calls that were under way when it opened fail too: they make the pause no longer. */
void breaker_bad(struct breaker *b, int64_t now)
{
	b->failures++;
	if (b->since == 0 ? b->failures < BREAKER_FAILURES : !b->trying)
		return;
	b->since = b->since != 0 ? b->since : now;
	b->pause = b->pause == 0 ? BREAKER_FIRST_MS : b->pause * 2 < BREAKER_LAST_MS ? b->pause * 2 : BREAKER_LAST_MS;
	b->until = now + b->pause;
	b->trying = false;
}

void breaker_unknown(struct breaker *b)
{
	b->trying = false;
}
