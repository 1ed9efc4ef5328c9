# SPDX-License-Identifier: Apache-2.0
# One Makefile, no recursion.  `make help` lists what it can do.

VERSION := 0.1.0
ABI := 0

prefix ?= /usr/local
bindir ?= $(prefix)/bin
sbindir ?= $(prefix)/sbin
libdir ?= $(prefix)/lib
includedir ?= $(prefix)/include
mandir ?= $(prefix)/share/man
sysconfdir ?= /etc
unitdir ?= $(prefix)/lib/systemd/system
# dbus-daemon, polkitd and sysusers read below /usr and /etc, not /usr/local.
vendordir = $(if $(filter /usr,$(prefix)),$(prefix)/$(1),$(sysconfdir)/$(2))
dbusdir ?= $(call vendordir,share/dbus-1/system.d,dbus-1/system.d)
polkitdir ?= $(call vendordir,share/polkit-1/rules.d,polkit-1/rules.d)
sysusersdir ?= $(call vendordir,lib/sysusers.d,sysusers.d)

B ?= build
DEPS ?= yes
CC ?= cc
CFLAGS ?= -O2 -g
OBJCOPY ?= objcopy
STRIP ?= strip
INSTALL ?= install
PKG_CONFIG ?= pkg-config

LIB_PKG := libsodium sqlite3 libcrypto
TRANSPORT_PKG := libcurl libssl libcrypto
DAEMON_PKG := libsystemd libconfuse jansson
CLI_PKG := libsystemd jansson libcrypto libssl libsodium
TEST_PKG := cmocka jansson

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wvla -Wformat=2 -Wundef
ALL_CFLAGS = -std=c11 $(WARN) $(WERROR) -fPIC -fvisibility=hidden \
	-D_GNU_SOURCE -DALERTE_VERSION='"$(VERSION)"' \
	-ffile-prefix-map=$(CURDIR)=. -Iinclude $(CFLAGS) $(SMALL)
LINK = $(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed
Q := $(if $(V),,@)
say = @echo '  $(1) $@'

# Asked once each; an unknown package shows in the compiler's own words.
pkg_libs = $(shell $(PKG_CONFIG) --libs $(1))
ALL_PKG := $(LIB_PKG) $(TRANSPORT_PKG) $(DAEMON_PKG) $(CLI_PKG)
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(ALL_PKG) 2>/dev/null)

LIB_ROOMS := port crypto frame alert policy message channel store core
LIB_SRC := $(sort $(wildcard $(LIB_ROOMS:%=lib/%/*.c)))
TRANSPORT_SRC := $(sort $(wildcard lib/transport/*.c))
DAEMON_SRC := $(sort $(wildcard daemon/*.c daemon/*/*.c))
CLI_SRC := $(sort $(wildcard cli/*.c))
UNIT_SRC := $(sort $(wildcard tests/lib/*/*_test.c))
# What several unit tests share: every other .c file beside them.
UNIT_HELP := $(sort $(filter-out $(UNIT_SRC),$(wildcard tests/lib/*/*.c)))

obj = $(patsubst %.c,$(B)/%.o,$(1))
LIB_OBJ := $(call obj,$(LIB_SRC))
TRANSPORT_OBJ := $(call obj,$(TRANSPORT_SRC))
DAEMON_OBJ := $(call obj,$(DAEMON_SRC))
CLI_OBJ := $(call obj,$(CLI_SRC))
UNIT_BIN := $(patsubst %.c,$(B)/%,$(UNIT_SRC))

LIBS := $(B)/libalerte.a $(B)/libalerte.so.$(ABI) $(B)/libalerte.pc
ifneq ($(wildcard lib/transport/transport.sym),)
LIBS += $(B)/libalerte-transport.a $(B)/libalerte-transport.so.$(ABI) \
	$(B)/libalerte-transport.pc
endif
PROGRAMS := $(if $(wildcard daemon/main.c daemon/alerted.c),$(B)/alerted) \
	$(if $(wildcard cli/alerte.c),$(B)/alerte)

.PHONY: all
all: $(LIBS) $(PROGRAMS) $(B)/alerted.service

# ---------------------------------------------------------------- compiling

$(B)/lib/%.o: INCLUDES = -Ilib
$(B)/daemon/%.o: INCLUDES = -Idaemon
$(B)/cli/%.o: INCLUDES = -Icli
$(B)/tests/%.o: INCLUDES = -Ilib -Itests

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) $(PKG_CFLAGS) $(INCLUDES) -MMD -MP -c -o $@ $<

# Both forms of the library export exactly what lib/alerte.sym names.  The
# archive is one relocatable object whose other symbols are made local, so
# that plain names such as outbox_take() cannot clash in the embedder.
define archive
	$(call say,AR)
	$(Q)$(LD) -r -o $(@:.a=.o) $(filter %.o,$^)
	$(Q)sed -n 's/^[[:space:]]*\(alerte_[a-z0-9_]*\);/\1/p' \
		$(filter %.sym,$^) > $(@:.a=.keep)
	$(Q)$(OBJCOPY) --keep-global-symbols=$(@:.a=.keep) $(@:.a=.o)
	$(Q)rm -f $@ && $(AR) rcsD $@ $(@:.a=.o)
endef

define shared
	$(call say,LD)
	$(Q)$(LINK) -shared -Wl,-z,defs -Wl,-soname,$(@F) \
		-Wl,--version-script,$(filter %.sym,$^) -o $@ \
		$(filter %.o %.so.$(ABI),$^) $(call pkg_libs,$(1))
endef

# Only frames are read a thousand times a second: with flags of our own choice
# the other rooms are built for size.  A C library needs no tables to unwind
# through it.
ifeq ($(CFLAGS),-O2 -g)
HOT := $(B)/lib/frame/format.o $(B)/lib/frame/bthome% $(B)/lib/frame/sealed% \
	$(B)/lib/frame/mibeacon% $(B)/lib/crypto/%
$(LIB_OBJ): SMALL = -fno-asynchronous-unwind-tables
$(filter-out $(HOT),$(LIB_OBJ)): SMALL = -Os -fno-asynchronous-unwind-tables
endif

$(B)/libalerte.a: $(LIB_OBJ) lib/alerte.sym
	$(archive)

$(B)/libalerte.so.$(ABI): $(LIB_OBJ) lib/alerte.sym
	$(call shared,$(LIB_PKG))

$(B)/libalerte-transport.a: $(TRANSPORT_OBJ) lib/transport/transport.sym
	$(archive)

$(B)/libalerte-transport.so.$(ABI): $(TRANSPORT_OBJ) \
		$(B)/libalerte.so.$(ABI) lib/transport/transport.sym
	$(call shared,$(TRANSPORT_PKG))

# Where things go is known when they are installed: written anew each time.
define fill_in
	@mkdir -p $(@D)
	@sed -e 's|@prefix@|$(prefix)|' -e 's|@libdir@|$(libdir)|' \
		-e 's|@includedir@|$(includedir)|' \
		-e 's|@sbindir@|$(sbindir)|' \
		-e 's|@sysconfdir@|$(sysconfdir)|' \
		-e 's|@version@|$(VERSION)|' $< > $@
endef

.PHONY: FORCE
$(B)/%.pc: packaging/%.pc.in FORCE
	$(fill_in)

$(B)/alerted.service: packaging/systemd/alerted.service.in FORCE
	$(fill_in)

$(B)/alerted: $(DAEMON_OBJ) $(TRANSPORT_OBJ) $(B)/libalerte.a
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ \
		$(call pkg_libs,$(DAEMON_PKG) $(TRANSPORT_PKG) $(LIB_PKG))

$(B)/alerte: $(CLI_OBJ) $(B)/libalerte.a
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(call pkg_libs,$(CLI_PKG) $(LIB_PKG))

# --------------------------------------------------------------- installing

to = $(INSTALL) -D -m $(1) -t $(DESTDIR)$(2)

.PHONY: install
install: all
	$(call to,644,$(includedir)/alerte) include/alerte/*.h
	$(call to,644,$(libdir)) $(filter %.a,$(LIBS))
	$(call to,755,$(libdir)) $(filter %.so.$(ABI),$(LIBS))
	for l in $(notdir $(filter %.so.$(ABI),$(LIBS))); do \
		ln -sf $$l $(DESTDIR)$(libdir)/$${l%.$(ABI)}; done
	$(call to,644,$(libdir)/pkgconfig) $(filter %.pc,$(LIBS))
	$(call to,755,$(bindir)) $(B)/alerte
	$(call to,755,$(sbindir)) $(B)/alerted
	$(call to,644,$(unitdir)) $(B)/alerted.service
	$(call to,644,$(sysusersdir)) packaging/sysusers/alerted.conf
	$(call to,644,$(dbusdir)) packaging/dbus/org.alerte.Alerted1.conf
	$(call to,644,$(polkitdir)) packaging/polkit/50-alerted.rules
	$(call to,644,$(mandir)/man1) packaging/man/alerte.1
	$(call to,644,$(mandir)/man5) packaging/man/alerted.conf.5
	$(call to,644,$(mandir)/man8) packaging/man/alerted.8
	$(INSTALL) -D -m 644 packaging/completions/alerte.bash \
		$(DESTDIR)$(prefix)/share/bash-completion/completions/alerte
	$(call to,644,$(prefix)/share/zsh/site-functions) \
		packaging/completions/_alerte
	$(call to,644,$(prefix)/share/fish/vendor_completions.d) \
		packaging/completions/alerte.fish
	$(call to,644,$(prefix)/share/doc/alerte) README.md SECURITY.md \
		LICENSE packaging/alerted.conf packaging/site.conf.example
	$(INSTALL) -d -m 755 $(DESTDIR)$(sysconfdir)/alerted
	[ -e $(DESTDIR)$(sysconfdir)/alerted/alerted.conf ] || \
		$(call to,644,$(sysconfdir)/alerted) packaging/alerted.conf

# ------------------------------------------------------------------ testing

# A unit test is linked with the library's own objects, so that it may call
# what the library does not export.  An archive, so that a test draws in only
# the rooms it uses.
$(B)/tests/inside.a: $(LIB_OBJ) $(TRANSPORT_OBJ) $(call obj,$(UNIT_HELP))
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

$(B)/tests/lib/%_test: $(B)/tests/lib/%_test.o $(B)/tests/inside.a
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ \
		$(call pkg_libs,$(LIB_PKG) $(TRANSPORT_PKG) $(TEST_PKG))

.PHONY: units
units: $(UNIT_BIN)

# Every suite is a target check-NAME; tests/run says how it tells its results.
SUITES := cli interop-whole daemon house play interop-modem interop-https \
	units interop-ofono interop-mail interop-kannel corpus
RUN = +@MAKE='$(MAKE)' tests/run -l $(B)/logs
# Most of a suite's time is spent waiting for what it drives; longest first.
SUITE_JOBS ?= $(shell nproc)
# Read anew, since pkg-config may answer only once the dependencies are there.
AGAIN = +@$(MAKE) --no-print-directory \
	$(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
export B CC CFLAGS

.PHONY: deps
deps:
ifeq ($(DEPS),yes)
	@packaging/install-deps check
endif

.PHONY: check check-fast check-interop check-long
check: deps
	$(AGAIN) all tests
	$(RUN) -j $(SUITE_JOBS) $(SUITES)

check-fast:
	$(AGAIN) units
	$(RUN) $(filter units play,$(SUITES))

check-interop: all
	$(RUN) -j $(SUITE_JOBS) $(filter interop-%,$(SUITES))

LONG := prove model fuzz sanitize radio crash faults
check-long: all
	$(RUN) -j $(SUITE_JOBS) $(LONG)

.PHONY: check-units check-house check-sanitize
check-units: units
	$(RUN) -q $(UNIT_BIN)

# Whole nights in virtual time; tests/play/README.md has the language.
$(B)/tests/play/play: $(call obj,$(wildcard tests/play/*.c)) $(B)/libalerte.a
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(call pkg_libs,$(LIB_PKG))

.PHONY: check-play
check-play: $(B)/tests/play/play
	$(Q)$< $(sort $(wildcard tests/play/*.play))

# The real daemon in folders of its own; and its files, linked without main.
DAEMON_TEST := $(sort $(wildcard tests/daemon/*_test.c))
DAEMON_TEST_BIN := $(patsubst %.c,$(B)/%,$(DAEMON_TEST))
DAEMON_HELP := $(filter-out $(DAEMON_TEST),$(wildcard tests/daemon/*.c)) \
	tests/play/bthome.c
$(B)/tests/daemon/%.o: INCLUDES = -Idaemon -Itests
$(B)/tests/daemon/inside.a: $(filter-out %/main.o,$(DAEMON_OBJ)) \
		$(TRANSPORT_OBJ) $(call obj,$(DAEMON_HELP))
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

$(B)/tests/daemon/%_test: $(B)/tests/daemon/%_test.o \
		$(B)/tests/daemon/inside.a $(B)/libalerte.a
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(call pkg_libs,$(DAEMON_PKG) \
		$(TRANSPORT_PKG) $(LIB_PKG) $(TEST_PKG))

.PHONY: check-daemon
check-daemon: $(PROGRAMS) $(DAEMON_TEST_BIN)
	$(RUN) -q $(DAEMON_TEST_BIN)

# The command against a stand-in of the daemon, its demo on the real one, and
# its files linked without main.
CLI_HELP := $(B)/tests/cli/standin $(B)/tests/cli/is_json
CLI_TEST_BIN := $(patsubst %.c,$(B)/%,$(wildcard tests/cli/*_test.c))
$(B)/tests/cli/%.o: INCLUDES = -Icli -Itests
$(B)/tests/interop/https/%.o: INCLUDES = -Icli -Itests
$(B)/tests/cli/inside.a: $(filter-out %/alerte.o,$(CLI_OBJ))
	@mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

$(CLI_HELP) $(CLI_TEST_BIN): %: %.o $(B)/tests/cli/inside.a
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(call pkg_libs,$(CLI_PKG) $(TEST_PKG))

.PHONY: check-cli
check-cli: $(PROGRAMS) $(CLI_HELP) $(CLI_TEST_BIN)
	$(RUN) -q $(sort $(wildcard tests/cli/*_test.sh)) $(CLI_TEST_BIN)

# Captured frames against `alerte decode --batch`.
$(B)/tests/corpus/check: $(B)/tests/corpus/check.o
	$(LINK) -o $@ $^ $(call pkg_libs,jansson)

.PHONY: check-corpus
check-corpus: $(B)/tests/corpus/check $(B)/alerte
	$< $(B)/alerte tests/corpus/frames.jsonl

# The rules of the house: layers, symbols, headers, style, manuals, packaging.
check-house: all
	$(RUN) -q $(sort $(wildcard tests/checks/*_test.sh))

# Files of the daemon that read what comes from outside, inside the test itself.
INSIDE_BIN := $(patsubst %,$(B)/tests/daemon/%_test,bluez bluez_advert gatt \
	mgmt_driver mgmt_wire rfkill ear watch power expiry)
.PHONY: check-inside check-sanitized
check-inside: $(B)/alerted $(INSIDE_BIN)
	$(RUN) -q $(INSIDE_BIN)

check-sanitize:
	$(AGAIN) B=$(B)/sanitize CC=clang DEPS=no \
		CFLAGS='-O1 -g -fsanitize=address,undefined \
		-fno-sanitize-recover=all' check-sanitized
check-sanitized:
	$(AGAIN) units
	$(RUN) units play inside

# Each decoder of bytes from outside, on any bytes; tests/fuzz/README.md.  What
# stands as &NAME_format or &NAME_family in a table is a target by itself:
# tests/fuzz/each_format.c or each_family.c, linked with that row.
FUZZ_ROWS := $(shell sed -n 's/^\t&\([a-z0-9_]*\),$$/\1/p' \
	lib/frame/format.c lib/frame/notification.c)
FUZZ_ROW_BIN := $(FUZZ_ROWS:%=$(B)/tests/fuzz/%_fuzz)
FUZZ_OWN_BIN := $(patsubst %.c,$(B)/%,$(wildcard tests/fuzz/*_fuzz.c))
FUZZ_BIN := $(FUZZ_OWN_BIN) $(FUZZ_ROW_BIN)
FUZZ_HELP := $(B)/tests/fuzz/fuzz.o $(B)/tests/fuzz/seal.o

$(FUZZ_OWN_BIN): %: %.o
$(B)/tests/fuzz/mgmt_fuzz.o: INCLUDES = -Ilib -Idaemon -Itests
$(B)/tests/fuzz/mgmt_fuzz: $(B)/daemon/radio/mgmt_wire.o
$(B)/tests/fuzz/engine_fuzz: $(addprefix $(B)/tests/fuzz/,house.o enrolled.o)
$(filter %_format_fuzz,$(FUZZ_ROW_BIN)): $(B)/tests/fuzz/each_format.o
$(filter %_family_fuzz,$(FUZZ_ROW_BIN)): $(B)/tests/fuzz/each_family.o
$(FUZZ_ROW_BIN): ROW = -Wl,--defsym=fuzzed_row=$(patsubst %_fuzz,%,$(@F))
$(FUZZ_BIN): $(FUZZ_HELP) $(B)/tests/inside.a
	$(call say,LD)
	$(Q)$(LINK) -fsanitize=fuzzer $(ROW) -o $@ $(filter %.o,$^) \
		$(filter %.a,$^) $(call pkg_libs,$(LIB_PKG))

$(B)/tests/fuzz/seed: $(B)/tests/fuzz/seed.o $(B)/tests/fuzz/enrolled.o \
		$(B)/tests/inside.a
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(call pkg_libs,$(LIB_PKG) jansson)

FUZZ = $(AGAIN) B=$(B)/fuzz CC=clang DEPS=no \
	CFLAGS='-O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all' fuzzers

.PHONY: fuzzers fuzz-targets check-fuzz fuzz
fuzzers: $(FUZZ_BIN) $(B)/tests/fuzz/seed
fuzz-targets:
	@echo $(notdir $(FUZZ_BIN))

check-fuzz:
	$(FUZZ)
	@tests/fuzz/run $(B)/fuzz/tests/fuzz

fuzz:
	$(FUZZ)
	@tests/fuzz/run -k $(B)/fuzz/tests/fuzz

# The parsers of bytes from outside, for all bytes: tests/prove/README.md.
.PHONY: prove check-prove
prove: check-prove
check-prove:
	@tests/prove/run $(B)/prove

# The alert and the conversation in Promela, on the engine's own tables; and the
# plays on an engine that tells which rows it takes: tests/model/README.md.
MODEL := $(B)/tests/model/play $(B)/tests/model/table
$(B)/tests/model/inside.o: $(B)/tests/model/witness.o $(LIB_OBJ) lib/alerte.sym
	$(Q)$(LD) -r --wrap=transition_alert --wrap=transition_relay -o $@ \
		$(filter %.o,$^)
	$(Q)sed -n 's/^[[:space:]]*\(alerte_[a-z0-9_]*\);/\1/p' \
		lib/alerte.sym > $(@:.o=.keep)
	$(Q)$(OBJCOPY) --keep-global-symbols=$(@:.o=.keep) $@

$(B)/tests/model/play: $(call obj,$(wildcard tests/play/*.c)) \
		$(B)/tests/model/inside.o
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(call pkg_libs,$(LIB_PKG))

$(B)/tests/model/table: $(B)/tests/model/table.o
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^

# The plays again, with each request for memory, disk or random bytes failing:
# tests/faults/README.md.
FAULTS := $(B)/tests/faults/faults
FAULTS_API = $(shell sed -n 's/^[ACKLS]\{3,4\}.\([a-z_]*\),.*/\1/p' \
	tests/faults/api.c) open close backup \
	settings_end
FAULTS_PLANTED := reserve_attempt store_end engine_commit
$(B)/tests/faults/inside.o: $(B)/tests/faults/planted.o $(LIB_OBJ) \
		lib/alerte.sym
	@mkdir -p $(@D)
	$(Q)$(LD) -r $(FAULTS_MEMORY:%=--wrap=%) \
		$(FAULTS_PLANTED:%=--wrap=%) -o $@ $(filter %.o,$^)
	$(Q)sed -n 's/^[[:space:]]*\(alerte_[a-z0-9_]*\);/\1/p' \
		lib/alerte.sym > $(@:.o=.keep)
	$(Q)echo planted_choose >> $(@:.o=.keep)
	$(Q)$(OBJCOPY) --keep-global-symbols=$(@:.o=.keep) $@

FAULTS_PLAY := play_fail play_log world_input world_free
FAULTS_MEMORY := malloc calloc realloc strdup free
$(FAULTS): $(call obj,$(filter-out tests/faults/planted.c, \
		$(sort $(wildcard tests/faults/*.c)))) \
		$(filter-out %/main.o,$(call obj,$(wildcard tests/play/*.c))) \
		$(B)/tests/faults/inside.o
	$(call say,LD)
	$(Q)$(LINK) $(FAULTS_API:%=-Wl,--wrap=alerte_%) \
		$(FAULTS_PLAY:%=-Wl,--wrap=%) -o $@ $^ $(call pkg_libs,$(LIB_PKG))

.PHONY: faults check-faults
faults: check-faults
check-faults: $(FAULTS)
	@FULL=$(FULL) tests/faults/run $(B)

.PHONY: model check-model
model: check-model
check-model: $(MODEL)
	@tests/model/run $(B)

# The transport as it ships, against a real nginx.  The test's own connect()
# has to be the one libcurl finds: it lets nothing out of this machine.
$(B)/tests/interop/https/https_test: \
		$(call obj,$(sort $(wildcard tests/interop/https/*.c))) \
		$(call obj,$(sort $(wildcard cli/receiver*.c))) \
		$(B)/libalerte-transport.a $(B)/libalerte.a
	$(call say,LD)
	$(Q)$(LINK) -rdynamic -o $@ $^ \
		$(call pkg_libs,$(TRANSPORT_PKG) $(LIB_PKG) $(TEST_PKG))

.PHONY: check-interop-https
check-interop-https: $(B)/tests/interop/https/https_test
	@$<

# alerted and a real exim4.
MAIL_TEST := $(B)/tests/interop/mail/mail_test
$(B)/tests/interop/mail/%.o: INCLUDES = -Itests
$(MAIL_TEST): $(call obj,$(sort $(wildcard tests/interop/mail/*.c)) \
		tests/interop/https/certs.c tests/daemon/scratch.c)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(call pkg_libs,libsystemd libcrypto $(TEST_PKG))

.PHONY: check-interop-mail
check-interop-mail: $(B)/alerted $(MAIL_TEST)
	@ALERTED=$(B)/alerted $(MAIL_TEST)

# A private bus with the real ModemManager and polkitd on a simulated modem;
# other suites that need one depend on STAGE.
STAGE := $(B)/tests/interop/fixture/stage $(B)/tests/interop/modem/atsim
OFONO_TEST := $(B)/tests/interop/ofono/ofono_test \
	$(B)/tests/interop/ofono/quiet_test
MODEM_OBJ := $(call obj,$(sort $(wildcard daemon/modem/*.c)) daemon/log.c \
	daemon/pending.c daemon/clock.c) $(TRANSPORT_OBJ) $(B)/libalerte.a
MODEM_TEST := $(B)/tests/interop/modem/sim_test \
	$(B)/tests/interop/modem/modem_test \
	$(B)/tests/interop/modem/voice_test \
	$(B)/tests/interop/modem/burst_test \
	$(B)/tests/interop/modem/polkit_test \
	$(B)/tests/interop/modem/gnss_test \
	$(B)/tests/interop/modem/two_test \
	$(B)/tests/interop/modem/replug_test
$(B)/tests/interop/fixture/%.o: INCLUDES = -Idaemon -Itests
$(B)/tests/interop/modem/%.o: INCLUDES = -Idaemon -Itests
$(B)/tests/interop/fixture/stage: $(B)/tests/interop/fixture/stage.o \
	$(B)/tests/interop/fixture/plug.o
$(B)/tests/interop/modem/atsim: \
	$(patsubst %,$(B)/tests/interop/modem/%.o,atsim at call ctl net pdu)
$(B)/tests/interop/modem/sim_test: \
	$(patsubst %,$(B)/tests/interop/modem/%.o,sim_test pdu)
$(B)/tests/interop/modem/modem_test: $(B)/tests/interop/modem/modem_test.o
$(B)/tests/interop/modem/voice_test: $(B)/tests/interop/modem/voice_test.o
$(B)/tests/interop/modem/polkit_test: $(B)/tests/interop/modem/polkit_test.o
$(B)/tests/interop/modem/burst_test: $(B)/tests/interop/modem/burst_test.o
$(B)/tests/interop/modem/gnss_test: $(B)/tests/interop/modem/gnss_test.o
$(patsubst %,$(B)/tests/interop/modem/%_test,modem voice polkit burst gnss): \
	$(B)/tests/interop/modem/world.o \
	$(B)/tests/interop/fixture/bus.o $(MODEM_OBJ)
$(B)/tests/interop/modem/two_test: $(B)/tests/interop/modem/two_test.o
$(B)/tests/interop/modem/replug_test: $(B)/tests/interop/modem/replug_test.o
$(patsubst %,$(B)/tests/interop/modem/%_test,two replug): \
	$(B)/tests/interop/modem/pair.o \
	$(B)/tests/interop/fixture/bus.o \
	$(call obj,$(sort $(wildcard daemon/paths*.c))) $(MODEM_OBJ)
$(STAGE) $(MODEM_TEST) $(OFONO_TEST):
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(call pkg_libs,libsystemd jansson libsodium \
		$(TRANSPORT_PKG) $(LIB_PKG) $(TEST_PKG))

.PHONY: check-interop-modem
check-interop-modem: $(STAGE) $(MODEM_TEST)
	@tests/interop/modem/together $(MODEM_TEST)

# The real ofonod on the same stage and modem.
$(B)/tests/interop/ofono/%.o: INCLUDES = -Idaemon -Itests
$(OFONO_TEST): %: %.o $(call obj,tests/interop/modem/world.c \
		tests/interop/fixture/bus.c) $(MODEM_OBJ)

.PHONY: check-interop-ofono
check-interop-ofono: $(STAGE) $(OFONO_TEST)
	@set -e; for t in $(OFONO_TEST); do $$t; done

# The real Kannel with its stand-in of a network, and nginx for TLS, in a
# network of their own: that stand-in cannot be bound to loopback.
KANNEL_TEST := $(B)/tests/interop/kannel/kannel_test
$(B)/tests/interop/kannel/%.o: INCLUDES = -Idaemon -Itests
$(KANNEL_TEST): $(call obj,$(sort $(wildcard tests/interop/kannel/*.c)) \
		$(addprefix tests/interop/,modem/world.c fixture/bus.c \
		https/certs.c https/guard.c https/scratch.c)) $(MODEM_OBJ)
	$(call say,LD)
	$(Q)$(LINK) -rdynamic -o $@ $^ $(call pkg_libs,libsystemd jansson \
		libsodium $(TRANSPORT_PKG) $(LIB_PKG) $(TEST_PKG))

.PHONY: check-interop-kannel
check-interop-kannel: $(KANNEL_TEST)
	@$(KANNEL_TEST)

# The whole way on real parts: daemon, command, bus, modem, web server.
WHOLE_TEST := $(B)/tests/interop/whole/whole_test
$(B)/tests/interop/whole/%.o: INCLUDES = -Itests
$(WHOLE_TEST): $(call obj,$(sort $(wildcard tests/interop/whole/*.c)) \
		$(addprefix tests/interop/,fixture/bus.c https/certs.c \
		https/guard.c https/scratch.c))
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(call pkg_libs,libcrypto jansson $(TEST_PKG))

.PHONY: check-interop-whole
check-interop-whole: $(PROGRAMS) $(STAGE) $(WHOLE_TEST)
	@$(WHOLE_TEST)

# Real BlueZ, in a small machine of its own: tests/interop/radio/README.md.
RADIO := $(B)/tests/interop/radio
RADIO_BIN := $(addprefix $(RADIO)/,controller listen peripheral)
$(RADIO)/%.o: INCLUDES = -Idaemon
$(RADIO)/controller: $(patsubst %,$(RADIO)/%.o,controller hci reports)
$(RADIO)/listen: $(RADIO)/listen.o $(B)/tests/daemon/inside.a \
		$(B)/libalerte.a
$(RADIO)/peripheral: $(RADIO)/peripheral.o
$(RADIO_BIN):
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(call pkg_libs,$(DAEMON_PKG) \
		$(TRANSPORT_PKG) $(LIB_PKG))

.PHONY: check-radio
check-radio: $(PROGRAMS) $(RADIO_BIN)
	@tests/interop/radio/run $(B) $(SCENARIOS)

# kill -9 of the daemon while presses arrive, KILLS times, and of one that acts
# before it commits: that one must be caught.
KILLS ?= 200
CRASH := $(B)/tests/crash/kill $(B)/tests/crash/hooks.so \
	$(B)/tests/crash/planted
$(B)/tests/crash/kill: $(patsubst %,$(B)/tests/crash/%.o, \
		kill stage settings bus button far verdict results)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ \
		$(call pkg_libs,libsystemd jansson sqlite3 libcrypto)

$(B)/tests/crash/hooks.so: $(B)/tests/crash/hooks.o
	$(call say,LD)
	$(Q)$(LINK) -shared -o $@ $^ -ldl

# As libalerte.a is made, or names of the library meet those of the daemon.
$(B)/tests/crash/inside.o: $(B)/tests/crash/planted.o $(LIB_OBJ) lib/alerte.sym
	$(Q)$(LD) -r --wrap=engine_commit --wrap=engine_settle -o $@ \
		$(filter %.o,$^)
	$(Q)sed -n 's/^[[:space:]]*\(alerte_[a-z0-9_]*\);/\1/p' \
		lib/alerte.sym > $(@:.o=.keep)
	$(Q)$(OBJCOPY) --keep-global-symbols=$(@:.o=.keep) $@

$(B)/tests/crash/planted: $(B)/tests/crash/inside.o $(DAEMON_OBJ) \
		$(TRANSPORT_OBJ)
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ \
		$(call pkg_libs,$(DAEMON_PKG) $(TRANSPORT_PKG) $(LIB_PKG))

.PHONY: check-crash check-kill
check-crash: check-kill
check-kill: $(PROGRAMS) $(CRASH)
	@$(B)/tests/crash/kill -n $(KILLS) $(B)

# All that is to be built for the suites, so that their time is their own.
.PHONY: tests
tests: $(UNIT_BIN) $(B)/tests/play/play $(FAULTS) $(B)/tests/corpus/check \
	$(DAEMON_TEST_BIN) $(CLI_HELP) $(CLI_TEST_BIN) \
	$(B)/tests/interop/https/https_test $(MAIL_TEST) $(STAGE) $(MODEM_TEST) \
	$(OFONO_TEST) $(KANNEL_TEST) \
	$(WHOLE_TEST) $(RADIO_BIN)

# Figures beside limits measured in the same run; see tests/bench/README.md.
BENCH := $(B)/tests/bench/bench
BENCH_DEP := $(call obj,$(sort $(wildcard tests/bench/*.c)) \
	$(wildcard daemon/modem/*.c daemon/radio/mgmt*.c) \
	daemon/radio/rfkill.c daemon/log.c daemon/pending.c daemon/clock.c \
	tests/daemon/scratch.c \
	cli/receiver_http.c cli/receiver_tls.c tests/play/bthome.c \
	tests/interop/fixture/bus.c tests/interop/modem/world.c)
$(B)/tests/bench/%.o: INCLUDES = -Ilib -Idaemon -Icli -Itests
$(BENCH): $(BENCH_DEP) $(B)/tests/inside.a
	$(call say,LD)
	$(Q)$(LINK) -o $@ $^ $(call pkg_libs,$(DAEMON_PKG) \
		$(TRANSPORT_PKG) $(LIB_PKG) $(TEST_PKG))

$(B)/tests/bench/libalerte.so: $(B)/libalerte.so.$(ABI)
	@mkdir -p $(@D)
	$(Q)$(STRIP) -o $@ $<

tests: $(BENCH)
.PHONY: bench
bench:
	$(AGAIN) $(BENCH) $(B)/tests/bench/libalerte.so $(B)/alerted \
		$(STAGE) >&2
	@$(BENCH)
	@$(AGAIN) bench-radio

# The last part of `bench`: beside real BlueZ, in the machine of check-radio.
.PHONY: bench-radio
bench-radio: $(PROGRAMS) $(RADIO_BIN)
	@tests/interop/radio/run $(B) latency addresses load_mgmt load_bluez >&2
	@cat $(B)/radio-vm/figures

# ------------------------------------------------------------------- others

.PHONY: demo
demo:
ifeq ($(DEPS),yes)
	@packaging/install-deps build
endif
	$(AGAIN) $(B)/alerted $(B)/alerte
	@$(B)/alerte demo

.PHONY: clean
clean:
	rm -rf $(B)

.PHONY: help
help:
	@sed -n 's/^#? //p' Makefile

#? make              build everything into build/ (B=folder for another)
#? make install      honours DESTDIR, prefix, sysconfdir, libdir
#? make demo         install what is missing, build, show a press become help
#? make check        install what is missing, build, run every suite
#? make check DEPS=no    the same with what is there: no network, no sudo
#? make check-fast   unit tests and plays, in less than a minute
#? make check-NAME   one suite: house units play corpus daemon cli
#?                   interop-https interop-mail interop-modem
#?                   interop-ofono interop-kannel interop-whole
#? make check-long   sanitizers, fuzzing, proofs, models, kills, the radio
#? make check-radio  real BlueZ in a small machine (SCENARIOS=NAME for one)
#? make fuzz         fuzzing until it is stopped, or for FUZZ_SECONDS
#? make model        search the models of alert and 114 with Spin
#? make faults       the plays with each request for memory or disk failing
#?                   (FULL=1: every place of every play)
#? make prove        prove the parsers of bytes from outside (Frama-C)
#? make bench        figures beside their limits
#? make bench-radio  its part beside real BlueZ, in a small machine
#? make clean
#?
#? CC, CFLAGS, LDFLAGS, WERROR=-Werror, SOURCE_DATE_EPOCH are honoured; V=1
#? shows each command.

# Objects of tests are kept, though nothing but a pattern names them.
.SECONDARY:

-include $(shell find $(B) -name '*.d' 2>/dev/null)
