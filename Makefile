# SPDX-License-Identifier: Apache-2.0
# One Makefile, no recursion.  `make help` lists what it can do.

prefix ?= /usr/local
B ?= build
CC ?= cc
CFLAGS ?= -O2 -g
PKG_CONFIG ?= pkg-config
VERSION := 0.1.0

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

pkg_cflags = $(shell $(PKG_CONFIG) --cflags $(1))
pkg_libs = $(shell $(PKG_CONFIG) --libs $(1))

LIB_SRC := $(sort $(wildcard lib/port/*.c lib/crypto/*.c lib/frame/*.c \
	lib/alert/*.c lib/policy/*.c lib/message/*.c lib/channel/*.c \
	lib/store/*.c lib/core/*.c))
TRANSPORT_SRC := $(sort $(wildcard lib/transport/*.c))
DAEMON_SRC := $(sort $(wildcard daemon/*.c daemon/*/*.c))
CLI_SRC := $(sort $(wildcard cli/*.c))
UNIT_SRC := $(sort $(wildcard tests/lib/*/*_test.c))

obj = $(patsubst %.c,$(B)/%.o,$(1))
LIB_OBJ := $(call obj,$(LIB_SRC))
TRANSPORT_OBJ := $(call obj,$(TRANSPORT_SRC))
DAEMON_OBJ := $(call obj,$(DAEMON_SRC))
CLI_OBJ := $(call obj,$(CLI_SRC))
UNIT_BIN := $(patsubst %.c,$(B)/%,$(UNIT_SRC))

.PHONY: all
all: $(B)/libalerte.a

$(B)/lib/%.o: lib/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Ilib -MMD -MP -c -o $@ $<

$(B)/daemon/%.o: daemon/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Idaemon -MMD -MP -c -o $@ $<

$(B)/cli/%.o: cli/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Icli -MMD -MP -c -o $@ $<

$(B)/libalerte.a: $(LIB_OBJ)
	rm -f $@ && $(AR) rcs $@ $(LIB_OBJ)

# A unit test is linked with the library's own objects, so that it may call
# what the library does not export.
$(B)/tests/lib/%_test: tests/lib/%_test.c $(B)/libalerte.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Ilib -Itests -MMD -MP -o $@ $< $(B)/libalerte.a \
		$(call pkg_libs,$(LIB_PKG) $(TEST_PKG))

.PHONY: units
units: $(UNIT_BIN)
	@set -e; for t in $(UNIT_BIN); do $$t; done

-include $(shell find $(B) -name '*.d' 2>/dev/null)
