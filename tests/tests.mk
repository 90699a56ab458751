# Tests. Each tests/unit/test_X.c and tests/pam/test_X.c is one cmocka program.

UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test_*.c))
PAM_TESTS := $(patsubst tests/pam/%.c,$(BUILD)/tests/pam/%,$(wildcard tests/pam/test_*.c))
PAM_HELP := $(filter-out tests/pam/test_%.c,$(wildcard tests/pam/*.c)) tests/fixtures/breach.c
FAULT_TESTS := $(patsubst tests/faults/%.c,$(BUILD)/tests/faults/%,$(wildcard tests/faults/test_*.c))
FAULT_HELP := $(filter-out tests/faults/test_%.c,$(wildcard tests/faults/*.c)) \
	tests/pam/files.c tests/pam/instance.c tests/pam/mailboxes.c tests/pam/people.c tests/pam/visit.c tests/fixtures/breach.c
SOAK_TESTS := $(patsubst tests/soak/%.c,$(BUILD)/tests/soak/%,$(wildcard tests/soak/soak_*.c))
UNIT_HELP := $(filter-out tests/unit/test_%.c,$(wildcard tests/unit/*.c))
TEST_LIBS := $(ENGINE_ARCHIVES)

include tests/fixtures/fixtures.mk

# Only tests link the module's own files, and those of the command line and of rempart-fetch.
$(BUILD)/libmodule.a: $(call obj,$(MODULE))
$(BUILD)/libcli.a: $(call obj,$(filter-out cli/main.c,$(CLI)))
$(BUILD)/libfetch.a: $(call obj,$(filter-out fetch/rempart_fetch.c,$(FETCH)))

$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(call obj,$(UNIT_HELP)) $(BUILD)/libmodule.a $(BUILD)/libcli.a \
		$(BUILD)/libfetch.a $(TEST_LIBS)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ $(ENGINE_LIBS) $(call pc,libcurl jansson zlib) -lcmocka -lpam -lmd

# ASan's wrapper of crypt_r, which pam_pwdfile calls, finds the real one only if the program maps it at its start.
ifdef SAN
PAM_SAN := -Wl,--no-as-needed -lcrypt
endif

$(BUILD)/tests/pam/%: $(BUILD)/obj/tests/pam/%.o $(call obj,$(PAM_HELP)) $(TEST_LIBS)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ $(ENGINE_LIBS) -lcmocka -lpam -pthread $(PAM_SAN)

# Doctor's reading of PAM files is held against libpam.
$(BUILD)/tests/pam/test_stack: $(BUILD)/obj/cli/pamstack.o

$(FAULT_TESTS) $(SOAK_TESTS): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(call obj,$(FAULT_HELP)) $(TEST_LIBS)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ $(ENGINE_LIBS) -lcmocka -pthread

# Loaded by libc into the test, so without what a program of ours is linked with.
$(BUILD)/tests/nss/libnss_rempartalias.so.2: tests/pam/nss/alias.c
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -D_GNU_SOURCE -std=c11 -O2 $(WARN) -fPIC -shared -o $@ $<

$(BUILD)/tests/pam/test_names: | $(BUILD)/tests/nss/libnss_rempartalias.so.2

# Stands in the password's stack.
$(BUILD)/tests/modules/pam_store.so: tests/pam/modules/store.c
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -D_GNU_SOURCE -std=c11 -O2 $(filter-out -Wmissing-prototypes,$(WARN)) -fPIC -shared -o $@ $< -lpam

$(addprefix $(BUILD)/tests/pam/test_,change password portal_reset reset reset_callers samples): | $(BUILD)/tests/modules/pam_store.so

# Every test program runs; the exit status is a failure if one failed.
check-unit: $(PROGRAMS) $(UNIT)
	@REMPART_BUILD=$(abspath $(BUILD)) sh tests/run.sh $(UNIT)

check-pam: $(PROGRAMS) $(BREACH) $(PAM_TESTS)
	@REMPART_BUILD=$(abspath $(BUILD)) sh tests/run.sh $(PAM_TESTS)

check-faults: $(PROGRAMS) $(BREACH) $(FAULT_TESTS)
	@REMPART_BUILD=$(abspath $(BUILD)) sh tests/run.sh $(FAULT_TESTS)

# SOAK_SECONDS, SOAK_KILLS, SOAK_SEED and RACE_ROUNDS make it longer, or repeat it.
soak: $(PROGRAMS) $(SOAK_TESTS) $(BUILD)/tests/faults/test_race
	@REMPART_BUILD=$(abspath $(BUILD)) RACE_ROUNDS=$${RACE_ROUNDS:-10000} \
		sh tests/run.sh $(BUILD)/tests/faults/test_race $(SOAK_TESTS)

CHECK_ALL += soak

# The house: who includes whom, what the programs need and show, how long a file may be.
check-boundary: $(PROGRAMS)
	@sh tests/boundary.sh $(abspath $(BUILD)) $(CC) $(SAN)

# What people read, in both languages.
check-catalog:
	@sh tests/catalog.sh

check: check-unit check-pam check-faults check-boundary check-catalog check-fuzz

include tests/fuzz/fuzz.mk
include tests/breach/breach.mk
include tests/system/system.mk

# Programs and tests with AddressSanitizer and UBSan.
check-asan:
	@$(MAKE) --no-print-directory SAN=1 BUILD=$(BUILD)-asan check

# Their children end in the middle of what they do, with all that the parent holds.
LEAVING := $(addprefix $(BUILD)/tests/unit/test_,listed store_upgrade)

# The unit tests, and logins through libpam with rempartd; a leak is an error.
valgrind: $(PROGRAMS) $(UNIT) $(BUILD)/tests/pam/test_codes $(BUILD)/tests/pam/test_enrol $(BUILD)/tests/pam/test_password
	@REMPART_BUILD=$(abspath $(BUILD)) sh tests/valgrind.sh $(filter-out $(LEAVING),$(filter $(BUILD)/tests/%,$^))

CHECK_ALL += check-asan valgrind fuzz

# Builds every test program and runs none.
tests: $(BREACH) $(UNIT) $(PAM_TESTS) $(FAULT_TESTS) $(FUZZ:%=$(BUILD)/tests/fuzz/%)

.PHONY: check-asan check-boundary check-catalog valgrind tests
.PHONY: check check-unit check-pam check-faults soak
.SECONDARY:

# The command line: each tests/cli/*.sh is a script of cases.
CLI_TESTS := $(filter-out tests/cli/lib.sh,$(wildcard tests/cli/*.sh))

check-cli: $(PROGRAMS) $(BUILD)/demo/login $(BUILD)/common.corpus $(BREACH) $(BUILD)/tests/modules/pam_store.so
	@failed=; for t in $(CLI_TESTS); do \
		REMPART_BUILD=$(abspath $(BUILD)) sh $$t || failed="$$failed $$t"; \
	done; [ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

check: check-cli
.PHONY: check-cli
