#include "address.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

static bool v4_private(uint32_t a)
{
	static const struct {
		uint32_t net;
		int bits;
	} rows[] = {
		{ 0x00000000, 8 },  { 0x0a000000, 8 },  { 0x64400000, 10 }, { 0x7f000000, 8 },  { 0xa9fe0000, 16 },
		{ 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0a80000, 16 }, { 0xc6120000, 15 }, { 0xe0000000, 3 },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if ((a ^ rows[i].net) >> (32 - rows[i].bits) == 0)
			return true;
	return false;
}

static uint32_t v4_inside(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool v6_private(const unsigned char a[16])
{
	static const unsigned char zero[15], mapped[12] = { [10] = 0xff, [11] = 0xff }, nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

	if (memcmp(a, mapped, sizeof(mapped)) == 0 || memcmp(a, nat64, sizeof(nat64)) == 0)
		return v4_private(v4_inside(a + 12));
	if (a[0] == 0x20 && a[1] == 0x02) /* 6to4 */
		return v4_private(v4_inside(a + 2));
	if (memcmp(a, zero, 12) == 0) /* ::, ::1 and what was IPv4-compatible */
		return true;
	return (a[0] & 0xfe) == 0xfc || a[0] == 0xff || (a[0] == 0xfe && (a[1] & 0x80) != 0);
}

bool address_private(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET)
		return v4_private(ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr));
	return a->sa_family != AF_INET6 || v6_private(((const struct sockaddr_in6 *)a)->sin6_addr.s6_addr);
}

bool address_link_local(const struct sockaddr *a)
{
	if (a->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)a)->sin_addr.s_addr) >> 16 == 0xa9fe;
	if (a->sa_family != AF_INET6)
		return false;
	const struct in6_addr *v6 = &((const struct sockaddr_in6 *)a)->sin6_addr;
	return IN6_IS_ADDR_LINKLOCAL(v6) || (IN6_IS_ADDR_V4MAPPED(v6) && v4_inside(v6->s6_addr + 12) >> 16 == 0xa9fe);
}

bool host_private(const char *host)
{
	static const char local[] = "localhost";
	struct in_addr v4;
	struct in6_addr v6;
	size_t n = strlen(host), k = sizeof(local) - 1;

	if (n > 0 && host[n - 1] == '.')
		n--;
	if (n >= k && strncasecmp(host + n - k, local, k) == 0 && (n == k || host[n - k - 1] == '.'))
		return true;
	if (inet_aton(host, &v4) != 0) /* 127.1 and 0x7f000001 as well */
		return v4_private(ntohl(v4.s_addr));
	return inet_pton(AF_INET6, host, &v6) == 1 && v6_private(v6.s6_addr);
}

bool address_is_loopback(const char *text)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, text, &v6) != 1)
		return false;
	return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

const char *address_counted(struct arena *mem, const char *text)
{
	char out[INET6_ADDRSTRLEN];
	struct in6_addr v6;

	if (inet_pton(AF_INET6, text, &v6) != 1)
		return text;
	if (IN6_IS_ADDR_V4MAPPED(&v6))
		return arena_strdup(mem, inet_ntop(AF_INET, v6.s6_addr + 12, out, sizeof(out)));
	memset(v6.s6_addr + 8, 0, 8);
	return arena_printf(mem, "%s/64", inet_ntop(AF_INET6, &v6, out, sizeof(out)));
}
