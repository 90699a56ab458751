# Benchmarks. They measure and compare; no test depends on them. BENCH_QUICK=1: fewer users and rounds.

BENCH := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard bench/*.c))
$(BENCH): CPPFLAGS += -DBN_MULTIARCH='"$(MULTIARCH)"'

$(BUILD)/bench/login: $(BENCH) $(BUILD)/libcommon.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -pie $(LDFLAGS) -o $@ $^ $(call pc,liboath) -lpam -lm

bench: bench-login

bench-login: $(PROGRAMS) $(BUILD)/bench/login
	@$(BUILD)/bench/login --build $(abspath $(BUILD)) $(if $(BENCH_QUICK),--quick)

.PHONY: bench bench-login
