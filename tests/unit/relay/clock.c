#include "../../../relay/clock.c"
#include "../ok.h"
#include <time.h>

int main(void)
{
	struct relay r = { .loop = ev_loop_new(0) };
	struct timespec before, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	int64_t now = mono(&r);
	clock_gettime(CLOCK_MONOTONIC, &after);
	ok(now >= (int64_t)before.tv_sec * 1000 && now <= ((int64_t)after.tv_sec + 1) * 1000, "a clock that nobody sets: %lld",
	   (long long)now);
	ev_loop_destroy(r.loop);
	return ok_end();
}
