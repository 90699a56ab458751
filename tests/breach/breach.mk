# rempart-fetch against the breach test server.

BREACH_TESTS := $(patsubst tests/breach/%.c,$(BUILD)/tests/breach/%,$(wildcard tests/breach/test_*.c))
BREACH_HELP := $(filter-out tests/breach/test_%.c,$(wildcard tests/breach/*.c)) tests/fixtures/breach.c \
	tests/fixtures/breach_records.c tests/fixtures/breach_rows.c tests/pam/files.c tests/pam/instance.c \
	tests/pam/mailboxes.c tests/pam/visit.c

$(BREACH_TESTS): $(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(call obj,$(BREACH_HELP)) $(BUILD)/libfetch.a $(TEST_LIBS)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ $(ENGINE_LIBS) $(call pc,libcurl jansson zlib) -lcmocka -pthread

check-breach: $(PROGRAMS) $(BREACH) $(BREACH_TESTS)
	@REMPART_BUILD=$(abspath $(BUILD)) sh tests/run.sh $(BREACH_TESTS)

check: check-breach
tests: $(BREACH_TESTS)
.PHONY: check-breach
