# The two commands of the README are `make demo` and `make test`; both install what they need.

CARGO ?= cargo
SIM := --manifest-path sim/Cargo.toml
# The generated headers keep the form that cbindgen gives them.
C_FILES = $(shell git ls-files '*.c' '*.h' ':!include/linkkit/*')

.PHONY: demo test setup lint docs archive examples headers size figures

demo: setup
	$(CARGO) run --release --quiet $(SIM) -- demo

test: setup lint docs archive examples
	$(CARGO) test --workspace --no-fail-fast
	$(CARGO) test $(SIM)

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

examples: archive
	$(MAKE) -C c-examples

# Rewrites the generated headers from ffi/.
headers:
	LINKKIT_UPDATE_HEADERS=1 $(CARGO) build

size: examples
	$(MAKE) -C c-examples size

# Prints what the library costs and how fast it is; takes a few minutes.
figures: examples
	$(CARGO) bench --bench figures
