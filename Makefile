# Deskbell. `make run` and `make test` do everything; the other targets are their parts.
#   run start stop status    the whole stack: foreground, background, end it, look at it
#   test check fuzz bench soak    proofs; check = everything that needs no server
#   programs units fuzzers benches   what they build; VARIANT=release|strict|asan|debug|fuzz
VARIANT ?= release
JOBS ?= $(shell nproc)
B := build/$(VARIANT)
CC := $(if $(filter fuzz,$(VARIANT)),clang,$(if $(filter default,$(origin CC)),gcc,$(CC)))
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wpointer-arith -Wwrite-strings -Wundef -fno-common
PKGS := json-c libmariadb hiredis libjwt libsodium libcurl libcrypto
PKGCFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -DARENA_DEBUG -Wno-format-truncation
CFLAGS_strict := $(CFLAGS_release) -Werror
CFLAGS_debug := -O0 -g
CFLAGS_fuzz := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer -DARENA_DEBUG -Werror -Wno-missing-field-initializers -Wno-format-nonliteral
LDFLAGS_asan := -fsanitize=address,undefined
LDFLAGS_fuzz := -fsanitize=address,undefined
CPPFLAGS += -std=c11 -D_GNU_SOURCE -DDESKBELL_VERSION='"$(shell cat VERSION 2>/dev/null)"'
CFLAGS += $(WARN) $(CFLAGS_$(VARIANT)) $(WERROR)
LDFLAGS += $(LDFLAGS_$(VARIANT)) -Wl,--as-needed

# One archive a folder, in the order of the dependency rule: each may use those to its right (tests/check/layers).
CONTRACTS := $(filter-out realtime access,$(notdir $(wildcard lib/api/*)))
LAYERS := api/realtime $(addprefix api/,$(CONTRACTS)) api/access http domain file auth bus db json core
ARCHIVES := $(foreach l,$(LAYERS),$(if $(wildcard lib/$l/*.c),$B/lib$(subst /,_,$l).a))
LIBS := -Wl,--start-group $(ARCHIVES) -Wl,--end-group -lfcgi -ljson-c -lmariadb -lhiredis -ljwt -lsodium -lcurl -lmagic -lcrypto -lev -lwslay -lm -lpthread
PROGRAMS := $(if $(wildcard cgi-bin/api.c),$B/api.fcgi) $(if $(wildcard cgi-bin/files.c),$B/files.fcgi) \
	$(if $(wildcard relay/main.c),$B/deskbell-relay) $(if $(wildcard worker/main.c),$B/deskbell-worker $B/deskbell-thumbnail)
UNITS := $(patsubst %.c,$B/%,$(shell find tests/unit -name '*.c' 2>/dev/null))
CHECKS := $(patsubst %.c,$B/%,$(wildcard tests/check/*.c))
FUZZERS := $(patsubst %.c,$B/%,$(wildcard tests/fuzz/*.c))
BENCHES := $(addprefix $B/tests/bench/,hello ceil wsload)

.PHONY: all programs units checks fuzzers benches archives clean packages vendor ready run start stop status reload restore test check asan fuzz bench soak format
all: programs
programs: $(PROGRAMS)
units: $(UNITS)
checks: $(CHECKS)
fuzzers: $(FUZZERS)
benches: $(BENCHES)
archives: $(ARCHIVES)

# The packages may bring pkg-config itself, so what needs its answers is built by a second make.
packages:
	@ops/packages.sh build run
vendor:
	@ops/vendor.sh
ready: packages
	@$(MAKE) --no-print-directory -j$(JOBS) programs vendor
run start: ready
	@DESKBELL_BUILD=$B ops/stack.sh $@
# make restore FILE=deskbell-….tar.gz: everything becomes as it was in that backup; the stack must be stopped
restore:
	@DESKBELL_BUILD=$B ops/restore.sh $(FILE)
stop status reload:
	@DESKBELL_BUILD=$B ops/stack.sh $@
test:
	@ops/packages.sh build run test
	@tests/run
check:
	@ops/packages.sh build test
	@tests/run check unit
asan:
	@$(MAKE) --no-print-directory -j$(JOBS) VARIANT=asan programs units checks
fuzz:
	@FUZZ_SECONDS=$(or $(FUZZ_SECONDS),300) tests/run fuzz
bench: ready
	@$(MAKE) --no-print-directory -j$(JOBS) benches
	@tests/bench/run
soak: ready
	@tests/soak/run
format:
	@git ls-files '*.c' '*.h' | xargs -r clang-format -i
compile_commands.json: Makefile
	@ops/compdb.sh >$@

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(PKGCFLAGS) -MMD -MP -c -o $@ $<

define archive
$B/lib$(subst /,_,$1).a: $(patsubst %.c,$B/%.o,$(wildcard lib/$1/*.c))
	@rm -f $$@
	ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call archive,$l)))

$B/api.fcgi $B/files.fcgi: $B/%.fcgi: $B/cgi-bin/%.o $B/cgi-bin/app.o $(ARCHIVES)
	$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS)
$B/deskbell-relay: $(patsubst %.c,$B/%.o,$(wildcard relay/*.c)) $B/libcore.a
	$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $B/libcore.a -lev -lwslay -lhiredis -lcrypto
# Decodes what anybody sent: links what that needs and no more.
$B/deskbell-thumbnail: $B/thumbnail/main.o $B/libfile.a $B/libcore.a
	$(CC) $(LDFLAGS) -o $@ $^ -lgd
$B/deskbell-worker: $(patsubst %.c,$B/%.o,$(wildcard worker/*.c)) $(ARCHIVES)
	$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBS)
# A unit test includes the .c it tests, so it depends on everything and links what else it needs.
$B/tests/unit/%: tests/unit/%.c $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(PKGCFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIBS)
$B/tests/check/%: tests/check/%.c $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(PKGCFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(LIBS)
# What `make bench` measures with: a load generator, and what does nothing but what is measured.
$B/tests/bench/hello: $B/tests/bench/hello.o
	$(CC) $(LDFLAGS) -o $@ $< -lfcgi
$B/tests/bench/ceil: $B/tests/bench/ceil.o
	$(CC) $(LDFLAGS) -o $@ $<
$B/tests/bench/wsload: $(patsubst %.c,$B/%.o,$(wildcard tests/bench/load/*.c)) $B/libcore.a
	$(CC) $(LDFLAGS) -o $@ $^
# A fuzzer is clang's; the program's main() is libFuzzer's.
$B/tests/fuzz/%: tests/fuzz/%.c $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(PKGCFLAGS) -MMD -MP $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(LIBS)

-include $(shell find build/$(VARIANT) -name '*.d' 2>/dev/null)
clean:
	rm -rf build
