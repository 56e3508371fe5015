#include "../../../../lib/core/recent.c"
#include "../../ok.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena mem;

static const char *get(struct recent *r, const char *key)
{
	size_t n;
	const char *text = recent_get(r, &mem, key, &n);

	ok(text == NULL || strlen(text) == n, "its length");
	return text;
}

static void put(struct recent *r, const char *key, const char *text)
{
	recent_put(r, key, text, strlen(text));
}

static void test_one_by_one(void)
{
	struct recent *r = recent_new(64);
	char most[RECENT_BYTES + 2];

	ok(get(r, "a") == NULL, "nothing was put");
	put(r, "a", "one");
	ok_str(get(r, "a"), "one");
	ok(get(r, "b") == NULL, "another key");
	ok(get(r, "") == NULL, "no key");
	put(r, "a", "another, longer one");
	ok_str(get(r, "a"), "another, longer one");
	put(r, "a", "2");
	ok_str(get(r, "a"), "2");
	put(r, "ab", "c");
	put(r, "a", "bc");
	ok_str(get(r, "ab"), "c");
	ok_str(get(r, "a"), "bc");

	memset(most, 'x', sizeof(most));
	most[RECENT_BYTES - 1] = '\0'; /* with the key's one byte that is the most */
	put(r, "m", most);
	ok_str(get(r, "m"), most);
	most[RECENT_BYTES - 1] = 'x';
	most[RECENT_BYTES] = '\0';
	put(r, "m", most);
	ok_str(get(r, "m"), "");
	most[RECENT_BYTES] = 'x';
	most[RECENT_BYTES + 1] = '\0';
	put(r, most, "y");
	ok(get(r, most) == NULL, "too long a key");
	recent_free(r);
}

static void test_numbers(void)
{
	struct recent *r = recent_new(WAYS);

	for (int i = 0; i < RECENT__NUMBERS; i++)
		ok_int(recent_number(r, (enum recent_number)i), 0);
	recent_set(r, RECENT_UNHEARD, INT64_MIN);
	for (char key[2] = "a"; key[0] <= 'z'; key[0]++) /* they stay, whatever is put */
		put(r, key, key);
	ok(recent_number(r, RECENT_UNHEARD) == INT64_MIN, "what was set");
	ok_int(recent_number(r, RECENT_UNHEARD_FROM), 0);
	recent_free(r);
	recent_set(NULL, RECENT_UNHEARD, 1);
	ok_int(recent_number(NULL, RECENT_UNHEARD), 0);
}

static void test_none(void)
{
	ok(recent_new(0) == NULL, "no places");
	put(NULL, "a", "one");
	ok(get(NULL, "a") == NULL, "of nothing");
	recent_free(NULL);
}

/* More than it has places for: whoever was put longest ago makes room, and nobody gets another's. */
static void test_room(void)
{
	struct recent *r = recent_new(WAYS);
	char key[2] = "a";

	for (char ch = 'a'; ch <= 'z'; ch++) {
		key[0] = ch;
		put(r, key, key);
		if (ch == 'y')
			put(r, "w", "w again");
	}
	ok(get(r, "v") == NULL, "the oldest is gone");
	ok_str(get(r, "w"), "w again");
	ok_str(get(r, "z"), "z");
	recent_free(r);
}

/* Entries are what was put, all of one letter, however many processes write them at once and whichever of them is killed. */
static void write_on(struct recent *r, char letter)
{
	char text[RECENT_BYTES - 1];

	for (;;) {
		memset(text, letter, sizeof(text));
		recent_put(r, "k", text, sizeof(text) - (size_t)letter);
	}
}

static bool of_one_letter(const char *text)
{
	return strspn(text, (char[]){ *text, '\0' }) == RECENT_BYTES - 1 - (size_t)*text;
}

static void test_processes(void)
{
	struct recent *r = recent_new(WAYS);
	size_t seen[128] = { 0 }, torn = 0;
	pid_t children[3];

	for (size_t i = 0; i < COUNT(children); i++)
		if ((children[i] = fork()) == 0)
			write_on(r, (char)('a' + i));
	while (seen['a'] == 0 || seen['b'] == 0 || seen['c'] == 0) {
		const char *text = get(r, "k");
		if (text != NULL)
			seen[(unsigned char)*text & 127]++;
		torn += text != NULL && !of_one_letter(text);
		arena_reset(&mem);
	}
	for (size_t i = 0; i < COUNT(children); i++)
		kill(children[i], SIGKILL);
	for (size_t i = 0; i < COUNT(children); i++)
		waitpid(children[i], NULL, 0);
	ok_int(torn, 0);
	put(r, "k", "mine");
	ok_str(get(r, "k"), "mine");
	recent_free(r);
}

/* A process that died while it wrote: what lies there is nobody's. */
static void test_half(void)
{
	struct recent *r = recent_new(WAYS);

	put(r, "k", "whole");
	for (struct entry *e = r->entries; e < r->entries + WAYS; e++)
		if (word(e, LENGTHS) != 0)
			atomic_fetch_xor(&e->words[BODY], 1u << 20);
	ok(get(r, "k") == NULL, "half of one");
	put(r, "k", "whole again");
	ok_str(get(r, "k"), "whole again");
	recent_free(r);
}

int main(void)
{
	test_one_by_one();
	test_numbers();
	test_none();
	test_room();
	test_processes();
	test_half();
	arena_free(&mem);
	return ok_end();
}
