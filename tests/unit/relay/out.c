#include "../../../relay/out.c"
#include "../ok.h"
#include <unistd.h>

/* What the rest of the relay would do: a large channel that hands out one byte to one reader after the other, a slice a turn. */
static int64_t clock_ms;
static int readers[8][2], slices, at;

void *must(void *p)
{
	return p;
}

int64_t mono(const struct relay *r)
{
	(void)r;
	return clock_ms;
}

void client_close(struct client *c, int code, const char *why)
{
	(void)c, (void)code, (void)why;
}

void client_drained(struct client *c)
{
	(void)c;
}

void client_reset(struct client *c, const char *why)
{
	(void)c, (void)why;
}

void frame_unref(struct frame *f)
{
	(void)f;
}

bool sweep_some(struct relay *r, int budget)
{
	(void)budget;
	if (r->sweeps == NULL || at == slices)
		return false;
	if (write(readers[at][0], "x", 1) == 1)
		r->pace.last = readers[at][0];
	if (++at == slices)
		r->sweeps = NULL;
	return r->sweeps != NULL;
}

static void take(int i)
{
	char ch;

	ok_int(read(readers[i][1], &ch, 1), 1);
}

static struct relay *begin(struct channel *ch, int n)
{
	static struct relay r;

	r = (struct relay){ .loop = ev_default_loop(0), .sweeps = ch };
	out_turn_init(&r);
	clock_ms = 1000;
	slices = n;
	at = 0;
	for (int i = 0; i < n; i++)
		ok(socketpair(AF_UNIX, SOCK_STREAM, 0, readers[i]) == 0, "a pair");
	return &r;
}

static void end(struct relay *r, int n)
{
	ev_timer_stop(r->loop, &r->pace.look);
	for (int i = 0; i < n; i++) {
		close(readers[i][0]);
		close(readers[i][1]);
	}
}

/* Two slices are on their way, never three; a slice goes as soon as one was read. */
static void check_pace(struct channel *ch)
{
	struct relay *r = begin(ch, 5);
	static const struct {
		int read, sent;
		bool spins, looks;
	} turns[] = { { -1, 1, true, false }, { -1, 2, false, true }, { -1, 2, false, true }, { 1, 2, false, true },
		      { 0, 3, true, false },  { -1, 4, false, true }, { -1, 4, false, true }, { 2, 5, false, false } };

	for (size_t i = 0; i < COUNT(turns); i++) {
		if (turns[i].read >= 0)
			take(turns[i].read);
		bool spins = sweep_turn(r);
		ok(at == turns[i].sent, "turn %zu: %d slices are sent, not %d", i, at, turns[i].sent);
		ok(spins == turns[i].spins && (ev_is_active(&r->pace.look) != 0) == turns[i].looks, "turn %zu: spins %d, looks %d",
		   i, spins, ev_is_active(&r->pace.look));
	}
	end(r, 5);
}

/* Nobody waits for a reader who does not read, or who is gone. */
static void check_patience(struct channel *ch)
{
	struct relay *r = begin(ch, 4);

	sweep_turn(r);
	sweep_turn(r);
	clock_ms += PACE_MS - 1;
	sweep_turn(r);
	ok_int(at, 2);
	clock_ms++;
	sweep_turn(r);
	ok_int(at, 3);
	int kept = r->pace.on_way[0];
	close(kept);
	sweep_turn(r);
	ok_int(at, 4);
	end(r, 4);
}

int main(void)
{
	struct channel *ch = calloc(1, sizeof(*ch) + 1);

	check_pace(ch);
	check_patience(ch);
	free(ch);
	return ok_end();
}
