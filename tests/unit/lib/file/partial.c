#include "../../../../lib/file/partial.c"
#include "../../../../lib/file/blob.h"
#include "../../ok.h"
#include <stdlib.h>
#include <time.h>

static struct arena mem;
static char dir[] = "/tmp/deskbell-partial-XXXXXX";

static bool is_there(const char *id)
{
	return access(place(&mem, dir, id), F_OK) == 0;
}

static void test_growth(void)
{
	struct arena first = { 0 }, second = { 0 };
	struct partial p, q;

	ok_int(partial_size(&mem, dir, "a"), 0);
	ok(partial_open(&first, dir, "a", &p), "made: %s", strerror(errno));
	ok(partial_append(&p, "hello ", 6) && partial_sync(&p), "written");
	ok_int(p.size, 6);
	ok(!partial_open(&second, dir, "a", &q) && errno == EWOULDBLOCK, "one writer at a time");
	ok_int(partial_size(&mem, dir, "a"), 6);
	arena_reset(&first);
	ok(partial_open(&second, dir, "a", &q), "the next one");
	ok_int(q.size, 6);
	ok(partial_append(&q, "world", 5), "goes on");
	ok_int(partial_size(&mem, dir, "a"), 11);
	partial_remove(&q);
	ok(!is_there("a"), "removed");
	arena_free(&first);
	arena_free(&second);
}

/* Removed between open() and flock(): it is not written to. */
static void test_removed(void)
{
	struct partial p = { .path = place(&mem, dir, "b") };

	p.fd = open(p.path, O_CREAT | O_WRONLY, 0640);
	unlink(p.path);
	ok(!hold(&p) && errno == EWOULDBLOCK, "gone meanwhile");
	close(p.fd);
}

static void test_copied(void)
{
	struct arena request = { 0 };
	struct partial p;

	ok(partial_open(&request, dir, "c", &p) && partial_append(&p, "abc", 3), "written");
	for (int i = 0; i < 2; i++) { /* the second time after a crash: its bytes are in place */
		struct blob *b = blob_copy(&request, dir, p.path);
		ok(b != NULL && blob_finish(b), "copied");
		ok_str(blob_sha256(b), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
		ok_int(blob_size(b), 3);
		ok(blob_keep(b) && blob_keep(b), "kept, any number of times");
		ok(access(blob_path(b), F_OK) != 0, "nothing of it stays aside");
		ok(is_there("c"), "the partial file stays");
	}
	ok(blob_copy(&request, dir, "/nowhere") == NULL, "nothing to copy");
	arena_free(&request);
}

static void test_beside(void)
{
	struct arena request = { 0 };
	struct partial p, beside;

	ok(partial_open(&request, dir, "d", &p) && partial_append(&p, "ab", 2), "written");
	for (int i = 0; i < 2; i++) { /* what was beside it before is not there any more */
		ok(partial_beside(&request, &p, &beside) && partial_append(&beside, "cd", 2), "beside");
		ok_int(partial_size(&mem, dir, "d"), 2 + 2 * i);
		ok(partial_join(&p, &beside), "joined");
	}
	ok_int(p.size, 6);
	ok(is_there("d.unsure"), "until the request ends");
	arena_free(&request);
	ok(!is_there("d.unsure"), "and no longer");
	ok_int(partial_size(&mem, dir, "d"), 6);
}

static void test_sweep(void)
{
	struct arena request = { 0 };
	struct timespec old[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
	struct partial p;

	ok(partial_open(&request, dir, "held", &p), "held");
	ok(partial_open(&request, dir, "new", &p), "new");
	int fd = open(place(&mem, dir, "old"), O_CREAT | O_WRONLY, 0640);
	ok(futimens(fd, old) == 0, "old");
	close(fd);
	utimensat(AT_FDCWD, place(&mem, dir, "held"), old, 0);
	partial_sweep(&mem, dir, 2000000);
	ok(!is_there("old") && is_there("held") && is_there("new"), "what is old and nobody's");
	arena_free(&request);
	partial_sweep(&mem, "/nowhere", 2000000);
}

static void test_refused(void)
{
	struct partial p;

	ok(!partial_open(&mem, "/proc/nowhere", "a", &p), "no place");
	ok_int(partial_size(&mem, "/dev/null", "a"), -1);
}

int main(void)
{
	if (mkdtemp(dir) == NULL)
		return 1;
	test_growth();
	test_removed();
	test_copied();
	test_beside();
	test_sweep();
	test_refused();
	int rc = ok_end();
	const char *clean = arena_printf(&mem, "rm -r '%s'", dir);
	rc |= system(clean) != 0;
	arena_free(&mem);
	return rc;
}
