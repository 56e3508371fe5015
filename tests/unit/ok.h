/* ok.h: the whole unit-test library. A test is a program: it checks, then returns ok_end(). */
#ifndef OK_H
#define OK_H
#include <stdio.h>
#include <string.h>

static int ok_passed, ok_failed;
#define ok(cond, ...)                                                                                                              \
	do {                                                                                                                       \
		if (cond) {                                                                                                        \
			ok_passed++;                                                                                               \
		} else {                                                                                                           \
			ok_failed++;                                                                                               \
			fprintf(stderr, "%s:%d: not ok: %s: ", __FILE__, __LINE__, #cond);                                         \
			fprintf(stderr, __VA_ARGS__);                                                                              \
			fputc('\n', stderr);                                                                                       \
		}                                                                                                                  \
	} while (0)
#define ok_str(got, want) ok((got) != NULL && strcmp((got), (want)) == 0, "got <%s>, want <%s>", (got) ? (got) : "(null)", (want))
#define ok_int(got, want) ok((long long)(got) == (long long)(want), "got %lld, want %lld", (long long)(got), (long long)(want))

static inline int ok_end(void)
{
	printf("%d passed, %d failed\n", ok_passed, ok_failed);
	return ok_failed != 0;
}
#endif
