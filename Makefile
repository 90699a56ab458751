# Rempart, with GNU make.
#
#   make            the module, the daemons, the command line and the small corpus, into build/
#   make demo       a private instance: enrol, log in, replay, leaked passwords, resets; needs neither root nor a network
#   make check      every test that needs neither root nor a network
#   make check-all  all of them, as root; `bash .ci/run` installs what they need first
#   make bench      speeds, as ratios to peers in the same run
#   make install    below PREFIX (/usr), and /etc/rempart; DESTDIR is put before both. README.md has what follows
#   make uninstall  takes that away, and leaves the configuration, the key and the accounts
#   make clean      removes build/
#
# BUILD=dir builds elsewhere; CC=clang works; SAN=1 adds ASan and UBSan (use a BUILD of its own); V=1 shows commands.

BUILD ?= build
ifeq ($(origin CC),default)
CC := gcc
endif
PREFIX ?= /usr
MULTIARCH := $(shell $(CC) -print-multiarch)
VERSION := 0.1.0

WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla \
	-Wformat=2 -Wformat-security -Wwrite-strings -Wundef
HARDEN := -fstack-protector-strong -fPIC -fvisibility=hidden -fno-strict-overflow
LDHARDEN := -Wl,-z,relro,-z,now -Wl,--as-needed
ifdef SAN
OPT := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LDHARDEN += -fsanitize=address,undefined
else
OPT ?= -O2 -g
HARDEN += -D_FORTIFY_SOURCE=2
LDHARDEN += -Wl,-z,defs
endif
CPPFLAGS += -D_GNU_SOURCE -DREMPART_VERSION='"$(VERSION)"' -I. -I$(BUILD)
CFLAGS += -std=c11 $(OPT) $(WARN) $(HARDEN)
LDFLAGS += $(LDHARDEN)

ifndef V
Q := @
say = @echo "  $(1) $@";
endif

pc = $(shell pkg-config --libs $(1))

COMMON := $(wildcard common/*.c)
STORE := $(wildcard store/*.c)
CORPUS := $(wildcard corpus/*.c)
FETCH := $(wildcard fetch/*.c)
ENGINE := $(filter-out engine/rempartd.c,$(wildcard engine/*.c))
MODULE := $(wildcard pam_module/*.c)
CLI := $(wildcard cli/*.c)

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

PROGRAMS := $(BUILD)/pam_rempart.so $(BUILD)/rempartd $(BUILD)/rempart-fetch $(BUILD)/rempart
ENGINE_ARCHIVES := $(addprefix $(BUILD)/,libengine.a libcorpus.a libstore.a libcommon.a)
ENGINE_LIBS := $(call pc,liboath libcrypto sqlite3 inih libidn2 libqrencode libxxhash)

all: $(PROGRAMS) $(BUILD)/common.corpus

# Where libpam looks for modules.
$(BUILD)/obj/cli/doctor.o: CPPFLAGS += -DREMPART_MULTIARCH='"$(MULTIARCH)"'

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The catalogue: po/*.po is the translators' file, and this is the one form of it that a module
# inside somebody else's process can use without files, locales or an environment.
$(BUILD)/catalog.c: po/fr.po tools/po2c.awk
	@mkdir -p $(@D)
	$(call say,PO)
	$(Q)awk -f tools/po2c.awk po/fr.po > $@.new && mv $@.new $@

$(BUILD)/obj/catalog.o: $(BUILD)/catalog.c common/text.h
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/libcommon.a: $(call obj,$(COMMON)) $(BUILD)/obj/catalog.o
$(BUILD)/libstore.a: $(call obj,$(STORE))
$(BUILD)/libcorpus.a: $(call obj,$(CORPUS))
$(BUILD)/libengine.a: $(call obj,$(ENGINE))
$(BUILD)/lib%.a:
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/pam_rempart.so: $(call obj,$(MODULE)) $(BUILD)/libcommon.a pam_module/pam_rempart.map
	$(call say,LD)
	$(Q)$(CC) -shared $(LDFLAGS) -Wl,-z,nodelete -Wl,--version-script=pam_module/pam_rempart.map -o $@ \
		$(call obj,$(MODULE)) $(BUILD)/libcommon.a -lpam -lmd

$(BUILD)/rempartd: $(BUILD)/obj/engine/rempartd.o $(ENGINE_ARCHIVES)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ $(ENGINE_LIBS)

$(BUILD)/rempart-fetch: $(call obj,$(FETCH)) $(BUILD)/libcommon.a
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ $(call pc,libcurl inih jansson zlib)

$(BUILD)/rempart: $(call obj,$(CLI)) $(ENGINE_ARCHIVES)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ $(ENGINE_LIBS) $(call pc,libpng)

# The corpus of common passwords, from lists that Debian packages: the same bytes whenever it is made.
JOHN_LIST ?= /usr/share/john/password.lst
ZXCVBN_LISTS ?= /usr/lib/python3/dist-packages/zxcvbn/frequency_lists.py
COMMON_LISTS := tools/common.rules $(JOHN_LIST) $(ZXCVBN_LISTS)

$(BUILD)/common.corpus: tools/common.awk $(COMMON_LISTS) $(BUILD)/libcorpus.a | $(BUILD)/rempart
	$(call say,CORPUS)
	$(Q)LC_ALL=C awk -f tools/common.awk $(COMMON_LISTS) > $@.words
	$(Q)SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-0} $(BUILD)/rempart corpus build --words --from $@.words $@ > $@.log
	$(Q)chmod 644 $@ && rm $@.words $@.log

$(JOHN_LIST) $(ZXCVBN_LISTS):
	@echo "$@ is not there: apt-get install john-data python3-zxcvbn" >&2; exit 1

clean:
	rm -rf $(BUILD)

# What this file begins with.
help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

include tests/tests.mk
include demo/demo.mk
-include bench/bench.mk
-include config/install.mk

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
.PHONY: all clean help
.DELETE_ON_ERROR:
