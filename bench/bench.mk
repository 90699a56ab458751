# Benchmarks. They measure and compare; no test depends on them. BENCH_QUICK=1: fewer users and rounds.

# Each bench/X.c of these is a program with what else is here.
BENCHES := login breach corpus reset
BENCH_HELP := $(call obj,$(filter-out $(BENCHES:%=bench/%.c),$(wildcard bench/*.c)))
$(BENCH_HELP): CPPFLAGS += -DBN_MULTIARCH='"$(MULTIARCH)"'

$(BENCHES:%=$(BUILD)/bench/%): $(BUILD)/bench/%: $(BUILD)/obj/bench/%.o $(BENCH_HELP) \
		$(BUILD)/libcorpus.a $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ $(call pc,liboath libxxhash) -lpam -lm

bench: bench-login bench-breach bench-corpus bench-reset

bench-login: $(PROGRAMS) $(BUILD)/bench/login
	@$(BUILD)/bench/login --build $(abspath $(BUILD)) $(if $(BENCH_QUICK),--quick)

# Logins while the API of leaked passwords hangs; what a look into the corpus adds to one.
bench-breach: $(PROGRAMS) $(BUILD)/bench/breach $(BREACH)
	@$(BUILD)/bench/breach --build $(abspath $(BUILD)) $(if $(BENCH_QUICK),--quick)

# The file of leaked passwords on 100 million digests, which take 8 GB of disk. BENCH_QUICK=1: 2 million.
bench-corpus: $(PROGRAMS) $(BUILD)/bench/corpus
	@$(BUILD)/bench/corpus --build $(abspath $(BUILD)) $(if $(BENCH_QUICK),--quick)

# Resets at rempartd's socket, with a million mailboxes on the list and half a million registered.
bench-reset: $(PROGRAMS) $(BUILD)/bench/reset
	@$(BUILD)/bench/reset --build $(abspath $(BUILD)) $(if $(BENCH_QUICK),--quick)

.PHONY: bench bench-login bench-breach bench-corpus bench-reset
