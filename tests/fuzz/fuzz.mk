# Fuzzing. Each tests/fuzz/fuzz_NAME.c is one target, and tests/fuzz/corpus/NAME its inputs: `make check` replays
# them with any compiler; `make fuzz` goes on from them with clang's libFuzzer for FUZZ_SECONDS each.

FUZZ := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_HELP := $(call obj,tests/unit/world.c cli/csv.c cli/flaglist.c) \
	$(call obj,fetch/body.c fetch/json.c fetch/mailbox.c fetch/records.c) $(BUILD)/libmodule.a $(TEST_LIBS)
FUZZ_LIBS := $(ENGINE_LIBS) $(call pc,jansson)
FUZZ_SECONDS ?= 10

$(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(BUILD)/obj/tests/fuzz/replay.o $(FUZZ_HELP)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ $(FUZZ_LIBS)

check-fuzz: $(FUZZ:%=$(BUILD)/tests/fuzz/%)
	@sh tests/run.sh $^

# A build of its own, which counts what the inputs reach.
ifdef FUZZING
OPT += -fsanitize=fuzzer-no-link
endif

$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(FUZZ_HELP)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(FUZZ_LIBS)

fuzz:
	@$(MAKE) --no-print-directory CC=clang SAN=1 FUZZING=1 BUILD=$(BUILD)-fuzz run-fuzz

run-fuzz: $(FUZZ:%=$(BUILD)/fuzz/%)
	@sh tests/fuzz/run.sh $(FUZZ_SECONDS) $^

.PHONY: check-fuzz fuzz run-fuzz
