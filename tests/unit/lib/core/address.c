/* Which addresses are nobody's on the open net. */
#include "../../../../lib/core/address.c"
#include "../../ok.h"

static void literals(void)
{
	static const struct {
		const char *host;
		bool is_private;
	} rows[] = {
		{ "localhost", true },
		{ "LOCALHOST.", true },
		{ "a.localhost", true },
		{ "notlocalhost", false },
		{ "127.0.0.1", true },
		{ "127.1", true },
		{ "0x7f000001", true },
		{ "2130706433", true },
		{ "0.0.0.0", true },
		{ "10.255.0.1", true },
		{ "100.64.0.1", true },
		{ "100.128.0.1", false },
		{ "169.254.169.254", true },
		{ "172.15.0.1", false },
		{ "172.16.0.1", true },
		{ "172.31.255.255", true },
		{ "172.32.0.0", false },
		{ "192.168.0.1", true },
		{ "192.169.0.1", false },
		{ "198.18.0.1", true },
		{ "198.20.0.1", false },
		{ "224.0.0.1", true },
		{ "255.255.255.255", true },
		{ "8.8.8.8", false },
		{ "223.255.255.255", false },
		{ "::", true },
		{ "::1", true },
		{ "fc00::1", true },
		{ "fdff::1", true },
		{ "fe80::1", true },
		{ "fec0::1", true },
		{ "ff02::1", true },
		{ "::ffff:10.0.0.1", true },
		{ "::ffff:8.8.8.8", false },
		{ "64:ff9b::7f00:1", true },
		{ "64:ff9b::808:808", false },
		{ "2002:7f00:1::", true },
		{ "2002:808:808::", false },
		{ "::7f00:1", true },
		{ "2001:4860:4860::8888", false },
		{ "hooks.example", false },
		{ "", false },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		ok(host_private(rows[i].host) == rows[i].is_private, "%s", rows[i].host);
}

static void counted(void)
{
	static const struct {
		const char *text, *by;
	} rows[] = {
		{ "203.0.113.9", "203.0.113.9" },
		{ "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
		{ "2001:db8:1:2::", "2001:db8:1:2::/64" },
		{ "2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64" },
		{ "2001:db8:1:3::1", "2001:db8:1:3::/64" },
		{ "::ffff:203.0.113.9", "203.0.113.9" },
		{ "::1", "::/64" },
		{ "local", "local" },
		{ "", "" },
	};
	struct arena mem = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++)
		ok_str(address_counted(&mem, rows[i].text), rows[i].by);
	arena_free(&mem);
}

static void sockets(void)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr = { htonl(0x08080808) } };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr local = { .sa_family = AF_UNIX };

	ok(!address_private((struct sockaddr *)&v4), "8.8.8.8");
	v4.sin_addr.s_addr = htonl(0x7f000001);
	ok(address_private((struct sockaddr *)&v4), "127.0.0.1");
	ok(address_private((struct sockaddr *)&v6), "::");
	inet_pton(AF_INET6, "2001:4860:4860::8888", &v6.sin6_addr);
	ok(!address_private((struct sockaddr *)&v6), "a public IPv6 address");
	ok(address_private(&local), "another family");
}

static void loopback(void)
{
	static const char *const here[] = { "127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1" }, *const elsewhere[] = {
		"", "10.0.0.1", "128.0.0.1", "127.1", "::", "::2", "::ffff:10.0.0.1", "fe80::1", "localhost", "127.0.0.1 "
	};

	for (size_t i = 0; i < COUNT(here); i++)
		ok(address_is_loopback(here[i]), "%s", here[i]);
	for (size_t i = 0; i < COUNT(elsewhere); i++)
		ok(!address_is_loopback(elsewhere[i]), "%s", elsewhere[i]);
}

int main(void)
{
	literals();
	loopback();
	counted();
	sockets();
	return ok_end();
}
