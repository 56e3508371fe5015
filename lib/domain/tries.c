#include "tries.h"
#include "../auth/auth.h"
#include "../bus/bus.h"
#include "../core/address.h"
#include "../core/log.h"
#include "../core/settings.h"
#include <string.h>

enum { FREE_ACCOUNT = 5, FREE_ADDR = 20, KEPT_S = 900 };

static const char *key(struct ctx *c, const char *kind, const char *subject)
{
	char hash[65];

	token_hash(hash, subject); /* an e-mail may hold anything; a hash is a short, plain key */
	return arena_printf(c->mem, "login-%s:%s", kind, hash);
}

static int ask_ttl(struct ctx *c, const char *k)
{
	const char *full = arena_printf(c->mem, "deskbell:%s", k);

	return bus_cmd(c, 2, (const char *[]){ "TTL", full }, (size_t[]){ 3, strlen(full) });
}

bool try_allowed(struct ctx *c, const char *account)
{
	if (!c->cfg->rate_limit)
		return true;
	int a = ask_ttl(c, key(c, "wait", account)), b = ask_ttl(c, key(c, "wait", address_counted(c->mem, c->addr)));

	bus_go(c);
	int64_t wait_a = bus_int(c, a, 0), wait_b = bus_int(c, b, 0), wait = wait_a > wait_b ? wait_a : wait_b;
	return wait <= 0 || fail_wait(c, E_RATE, "login.backoff", wait);
}

static void hold_up(struct ctx *c, const char *subject, int64_t failures, int64_t free)
{
	int64_t over = failures - free;

	if (over < 0)
		return;
	int64_t wait = over > 9 ? KEPT_S : (int64_t)1 << over;
	bus_set(c, key(c, "wait", subject), "1", 1, wait);
}

bool try_failed(struct ctx *c, const char *account)
{
	const char *addr = address_counted(c->mem, c->addr);
	int a = bus_incr(c, key(c, "fails", account), KEPT_S), b = bus_incr(c, key(c, "fails", addr), KEPT_S);

	bus_go(c);
	int64_t fails_account = bus_int(c, a, 0), fails_addr = bus_int(c, b, 0);
	if (c->cfg->rate_limit) {
		hold_up(c, account, fails_account, FREE_ACCOUNT);
		hold_up(c, addr, fails_addr, FREE_ADDR);
		bus_go(c);
	}
	log_info(c, "login.wrong", "failures: account %lld, address %lld", (long long)fails_account, (long long)fails_addr);
	return fail(c, E_UNAUTHENTICATED, "login.wrong");
}

void try_right(struct ctx *c, const char *account)
{
	bus_del(c, key(c, "fails", account));
	bus_go(c);
}

void try_forgive(struct ctx *c, const char *account)
{
	bus_del(c, key(c, "wait", account));
	try_right(c, account);
}
