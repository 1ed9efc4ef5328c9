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
INSTALL ?= install
PKG_CONFIG ?= pkg-config

LIB_PKG := libsodium sqlite3 libcrypto
TRANSPORT_PKG := libcurl
DAEMON_PKG := libsystemd libconfuse jansson
CLI_PKG := libsystemd jansson libcrypto libssl libsodium
TEST_PKG := cmocka

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wvla -Wformat=2 -Wundef
ALL_CFLAGS = -std=c11 $(WARN) $(WERROR) -fPIC -fvisibility=hidden \
	-D_GNU_SOURCE -DALERTE_VERSION='"$(VERSION)"' \
	-ffile-prefix-map=$(CURDIR)=. -Iinclude $(CFLAGS)
LINK = $(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed

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
PROGRAMS := $(if $(wildcard daemon/main.c),$(B)/alerted) \
	$(if $(wildcard cli/main.c),$(B)/alerte)

.PHONY: all
all: $(LIBS) $(PROGRAMS)

# ---------------------------------------------------------------- compiling

$(B)/lib/%.o: INCLUDES = -Ilib
$(B)/daemon/%.o: INCLUDES = -Idaemon
$(B)/cli/%.o: INCLUDES = -Icli
$(B)/tests/%.o: INCLUDES = -Ilib -Itests

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(PKG_CFLAGS) $(INCLUDES) -MMD -MP -c -o $@ $<

# Both forms of the library export exactly what lib/alerte.sym names.  The
# archive is one relocatable object whose other symbols are made local, so
# that plain names such as outbox_take() cannot clash in the embedder.
define archive
	$(LD) -r -o $(@:.a=.o) $(filter %.o,$^)
	sed -n 's/^[[:space:]]*\(alerte_[a-z0-9_]*\);/\1/p' \
		$(filter %.sym,$^) > $(@:.a=.keep)
	$(OBJCOPY) --keep-global-symbols=$(@:.a=.keep) $(@:.a=.o)
	rm -f $@ && $(AR) rcsD $@ $(@:.a=.o)
endef

define shared
	$(LINK) -shared -Wl,-soname,$(@F) \
		-Wl,--version-script,$(filter %.sym,$^) -o $@ \
		$(filter %.o %.so.$(ABI),$^) $(call pkg_libs,$(1))
endef

$(B)/libalerte.a: $(LIB_OBJ) lib/alerte.sym
	$(archive)

$(B)/libalerte.so.$(ABI): $(LIB_OBJ) lib/alerte.sym
	$(call shared,$(LIB_PKG))

$(B)/libalerte-transport.a: $(TRANSPORT_OBJ) lib/transport/transport.sym
	$(archive)

$(B)/libalerte-transport.so.$(ABI): $(TRANSPORT_OBJ) \
		$(B)/libalerte.so.$(ABI) lib/transport/transport.sym
	$(call shared,$(TRANSPORT_PKG))

$(B)/%.pc: packaging/%.pc.in Makefile
	@mkdir -p $(@D)
	sed -e 's|@prefix@|$(prefix)|' -e 's|@libdir@|$(libdir)|' \
		-e 's|@includedir@|$(includedir)|' \
		-e 's|@version@|$(VERSION)|' $< > $@

$(B)/alerted: $(DAEMON_OBJ) $(TRANSPORT_OBJ) $(B)/libalerte.a
	$(LINK) -o $@ $^ \
		$(call pkg_libs,$(DAEMON_PKG) $(TRANSPORT_PKG) $(LIB_PKG))

$(B)/alerte: $(CLI_OBJ) $(B)/libalerte.a
	$(LINK) -o $@ $^ $(call pkg_libs,$(CLI_PKG) $(LIB_PKG))

# ------------------------------------------------------------------ testing

# A unit test is linked with the library's own objects, so that it may call
# what the library does not export.  An archive, so that a test draws in only
# the rooms it uses.
$(B)/tests/inside.a: $(LIB_OBJ) $(TRANSPORT_OBJ) $(call obj,$(UNIT_HELP))
	@mkdir -p $(@D)
	rm -f $@ && $(AR) rcsD $@ $^

$(B)/tests/lib/%_test: $(B)/tests/lib/%_test.o $(B)/tests/inside.a
	$(LINK) -o $@ $^ \
		$(call pkg_libs,$(LIB_PKG) $(TRANSPORT_PKG) $(TEST_PKG))

.PHONY: units
units: $(UNIT_BIN)

# Every suite is a target check-NAME; tests/run says how it tells its results.
SUITES := house units $(if $(wildcard tests/play/*.play),play) \
	$(if $(wildcard tests/daemon/*),daemon) \
	$(if $(wildcard tests/cli/*),cli) \
	$(if $(wildcard tests/interop/https*),interop-https) \
	$(if $(wildcard tests/interop/modem*),interop-modem) \
	$(if $(wildcard tests/interop/whole*),interop-whole)
RUN = +@MAKE='$(MAKE)' tests/run -l $(B)/logs
export B CC CFLAGS

.PHONY: deps
deps:
ifeq ($(DEPS),yes)
	@packaging/install-deps check
endif

.PHONY: check check-fast check-interop check-long
check: deps
	+@$(MAKE) --no-print-directory all units
	$(RUN) $(SUITES)

check-fast:
	+@$(MAKE) --no-print-directory units
	$(RUN) $(filter units play,$(SUITES))

check-interop: all
	$(RUN) $(filter interop-%,$(SUITES))

LONG := sanitize $(if $(wildcard tests/fuzz/*),fuzz) \
	$(if $(wildcard tests/crash/*),crash)
check-long: all
	$(RUN) $(LONG)

.PHONY: check-units check-house check-sanitize
check-units: units
	$(RUN) -q $(UNIT_BIN)

# The rules of the house: layers, symbols, headers, style, manuals, packaging.
check-house: all
	$(RUN) -q $(sort $(wildcard tests/checks/*_test.sh))

check-sanitize:
	+@$(MAKE) --no-print-directory B=$(B)/sanitize CC=clang DEPS=no \
		CFLAGS='-O1 -g -fsanitize=address,undefined \
		-fno-sanitize-recover=all' check-units

-include $(shell find $(B) -name '*.d' 2>/dev/null)
