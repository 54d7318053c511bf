# The two commands of the README are `make demo` and `make test`; both install what they need.

CARGO ?= cargo
SIM := --manifest-path sim/Cargo.toml
# The generated headers keep the form that cbindgen gives them.
C_FILES = $(shell git ls-files '*.c' '*.h' ':!include/linkkit/*')

.PHONY: demo qemu-demo test setup setup-cortex-m lint docs archive archive-plain examples headers cortex-m cortex-m-archive size figures bench

demo: setup
	$(CARGO) run --release --quiet $(SIM) -- demo --tls

test: setup setup-cortex-m lint docs archive examples cortex-m
	$(CARGO) test --workspace --no-fail-fast
	$(CARGO) test $(SIM)
	$(CARGO) run --quiet $(SIM) -- demo --tls
	$(CARGO) run --quiet $(SIM) -- demo
	$(MAKE) qemu-demo

setup:
	.ci/setup

lint: setup
	$(CARGO) fmt --all --check
	$(CARGO) fmt $(SIM) --check
	clang-format --dry-run -Werror $(C_FILES)
	$(CARGO) clippy --workspace --lib -- -D warnings
	$(CARGO) clippy --workspace --tests --benches -- -D warnings
	$(CARGO) clippy $(SIM) --all-targets -- -D warnings

docs: setup
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --document-private-items
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(SIM) --no-deps --document-private-items

# Fails when a committed header is stale.
archive: setup
	$(CARGO) build --release

# The same without TLS, for a port that has none: target/plain/release/libiot_sdk.a.
archive-plain: setup
	$(CARGO) build --release --no-default-features --features mqtt,bind,model --target-dir target/plain

examples: archive archive-plain
	$(MAKE) -C c-examples
	$(MAKE) -C c-examples TLS=0

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
