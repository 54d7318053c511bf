# The two commands of the README are `make demo` and `make test`; both install what they need.

CARGO ?= cargo
SIM := --manifest-path sim/Cargo.toml
FUZZ := --manifest-path fuzz/Cargo.toml
# The generated headers keep the form that cbindgen gives them.
C_FILES = $(shell git ls-files '*.c' '*.h' ':!include/linkkit/*')

.PHONY: demo qemu-demo test setup setup-cortex-m lint docs archive archive-plain archive-provision examples headers cortex-m cortex-m-archive size figures \
	bench soak fuzz fuzz-once seeds cargo-fuzz

# Most tests wait most of the time: more of them at once than there are processors.
TEST_THREADS = 4

demo: setup
	$(CARGO) run --release --quiet $(SIM) -- demo --tls

test: setup setup-cortex-m lint docs archive examples cortex-m
	RUST_TEST_THREADS=$(TEST_THREADS) $(CARGO) test --workspace --no-fail-fast
	$(CARGO) test $(SIM)
	$(CARGO) run --quiet $(SIM) -- demo --tls
	$(CARGO) run --quiet $(SIM) -- demo
	$(CARGO) run --quiet $(SIM) -- demo --path 2
	$(MAKE) qemu-demo
	$(MAKE) fuzz-once

setup:
	.ci/setup

lint: setup
	$(CARGO) fmt --all --check
	$(CARGO) fmt $(SIM) --check
	$(CARGO) fmt $(FUZZ) --check
	clang-format --dry-run -Werror $(C_FILES)
	$(CARGO) clippy --workspace --lib -- -D warnings
	$(CARGO) clippy --workspace --tests --benches -- -D warnings
	$(CARGO) clippy $(SIM) --all-targets -- -D warnings
	$(CARGO) clippy $(FUZZ) --all-targets -- -D warnings

docs: setup
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --document-private-items
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(SIM) --no-deps --document-private-items

# Fails when a committed header is stale.
archive: setup
	$(CARGO) build --release

# The same without TLS, for a port that has none: target/plain/release/libiot_sdk.a.
archive-plain: setup
	$(CARGO) build --release --no-default-features --features mqtt,bind,model,ota,dynamic-register --target-dir target/plain

# The same with Wi-Fi provisioning: target/provision/release/libiot_sdk.a.
PROVISION_FEATURES = provision,smartconfig,zero-config
archive-provision: setup
	$(CARGO) build --release --no-default-features --features mqtt,bind,model,ota,dynamic-register,$(PROVISION_FEATURES) \
		--target-dir target/provision

examples: archive archive-plain archive-provision
	$(MAKE) -C c-examples
	$(MAKE) -C c-examples TLS=0
	$(MAKE) -C c-examples PROVISION=1

# Rewrites the generated headers from ffi/.
headers:
	LINKKIT_UPDATE_HEADERS=1 $(CARGO) build

# Without an operating system: Debian's toolchain, which has the sources of the library for it.
CROSS = PATH=/usr/bin:$$PATH RUSTC_BOOTSTRAP=1 /usr/bin/cargo rustc --release --quiet -p linkkit --lib \
	--crate-type staticlib --no-default-features --features "$(FEATURES)" --config .cargo/cortex-m.toml \
	$(if $(QUIET),--config .cargo/cortex-m-quiet.toml) \
	--target-dir target/cortex-m$(if $(QUIET),-quiet)$(SUFFIX)
FEATURES = mqtt,bind,model
CORTEX_M = thumbv7em-none-eabihf thumbv7m-none-eabi riscv32imac-unknown-none-elf
ARM_CC = arm-none-eabi-gcc -std=c11 -mcpu=cortex-m4 -mthumb -Iinclude -fsyntax-only ffi/layout.c

# The archives are target/cortex-m/TARGET/release/libiot_sdk.a.
cortex-m: setup-cortex-m
	set -e; for target in $(CORTEX_M); do $(CROSS) --target $$target; done
	$(ARM_CC)
	$(ARM_CC) -fshort-enums
	! $(ARM_CC) -fno-short-enums 2>/dev/null

# One archive, with the features asked for.
cortex-m-archive:
	$(CROSS) --target thumbv7em-none-eabihf

# A firmware in qemu connects to mosquitto, binds, and lives through a restart of mosquitto. Its pipe to the
# broker does not tell when the broker is gone: pings do, more often than in a product.
qemu-demo: setup-cortex-m
	LINKKIT_MQTT_PING_INTERVAL_MS=2000 $(MAKE) cortex-m-archive SUFFIX=-demo
	$(MAKE) -C c-examples/cortex-m \
		LIB=$(CURDIR)/target/cortex-m-demo/thumbv7em-none-eabihf/release/libiot_sdk.a
	$(CARGO) run --quiet $(SIM) -- qemu-demo --firmware c-examples/cortex-m/build/firmware.elf

setup-cortex-m: setup
	.ci/setup cortex-m

# Prints the table of the README and checks it; LINKKIT_UPDATE_SIZES=1 rewrites it.
size: setup-cortex-m
	$(CARGO) test --test size -- --nocapture

# Prints what the library costs and how fast it is; takes a few minutes.
figures: examples
	$(CARGO) bench --bench figures

# Prints what the MQTT client costs: instructions, heap, messages per second. LIB= takes another archive with
# the same ABI; benches/mqtt_api/Makefile says what more can be given.
bench: $(if $(LIB),setup,archive-plain)
	$(MAKE) --no-print-directory -s -C benches/mqtt_api run $(if $(LIB),LIB=$(abspath $(LIB)))

# mosquitto is killed and started again every few seconds; prints counters each minute, and fails when anything
# grows, is lost without a word, or does not come back.
MINUTES = 10
soak: setup
	LINKKIT_SOAK_MINUTES=$(MINUTES) $(CARGO) test --test soak -- --nocapture

# Each target is fuzzed that long; a finding fails it and is kept in fuzz/artifacts/. With -j2 two at once.
FUZZ_SECONDS = 600
FUZZ_TARGET_DIR = $(CURDIR)/fuzz/target
FUZZ_TARGETS = mqtt_receive topic_matching provision_frames zero_config_registrar
CARGO_FUZZ = PATH=$(FUZZ_TARGET_DIR)/tools/bin:$$PATH $(CARGO)

fuzz: $(FUZZ_TARGETS:%=fuzz-%)

# The core has no unsafe code that a sanitizer would look at. Small bounds are reached often.
fuzz-%: seeds cargo-fuzz
	LINKKIT_MQTT_QOS2_MAX=4 LINKKIT_MQTT_INFLIGHT_MAX=4 LINKKIT_PROVISION_APS_MAX=8 $(CARGO_FUZZ) fuzz run --sanitizer none \
		--target-dir $(FUZZ_TARGET_DIR) $* -- -max_total_time=$(FUZZ_SECONDS) -timeout=10 -print_final_stats=1

# Every input of the corpus once.
fuzz-once: seeds
	set -e; for target in $(FUZZ_TARGETS); do \
		$(CARGO) run --quiet $(FUZZ) --target-dir $(FUZZ_TARGET_DIR) --bin $$target -- \
			fuzz/corpus/$$target -runs=0; done

seeds: setup
	$(CARGO) run --quiet $(FUZZ) --target-dir $(FUZZ_TARGET_DIR) --example seeds -- fuzz/corpus

cargo-fuzz: setup
	$(CARGO) install --quiet --locked --version 0.13.2 --root $(FUZZ_TARGET_DIR)/tools \
		--target-dir $(FUZZ_TARGET_DIR) cargo-fuzz
