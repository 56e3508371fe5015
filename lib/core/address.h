/* address.h: which addresses are nobody's on the open net. Pure. */
#ifndef ADDRESS_H
#define ADDRESS_H
#include "core.h"

struct sockaddr;
/* Loopback, private, link-local, multicast, reserved; IPv4 inside IPv6 as well. Anything but IPv4 and IPv6 is private. */
bool address_private(const struct sockaddr *);
bool address_link_local(const struct sockaddr *); /* 169.254.0.0/16, fe80::/10, and the first inside IPv6 */
/* A host as a URL has it, by its form alone: an address literal in any spelling, localhost. A name is not looked up. */
bool host_private(const char *host);
bool address_is_loopback(const char *text); /* 127.0.0.0/8, ::1, and the first inside IPv6 */
/* What limits count by: an IPv4 address, of IPv6 its network of 64 bits, because a host picks the rest as it likes. */
const char *address_counted(struct arena *, const char *text);
#endif
