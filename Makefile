# The two commands of the README are `make demo` and `make test`; both install what they need.

CARGO ?= cargo

.PHONY: demo test setup lint archive examples headers size soak fuzz

demo: setup
	$(CARGO) run --release --quiet -p linkkit-sim -- demo

test: setup lint archive examples
	$(CARGO) test --workspace --no-fail-fast

setup:
	.ci/setup

lint:
	$(CARGO) fmt --all --check
	clang-format --dry-run -Werror $$(git ls-files '*.c' '*.h' | grep -v '^include/iot_sdk')
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --document-private-items

# Fails when a committed header is stale.
archive:
	$(CARGO) build --release -p linkkit

examples: archive
	$(MAKE) -C c-examples

# Rewrites the generated headers from ffi/.
headers:
	LINKKIT_UPDATE_HEADERS=1 $(CARGO) build -p linkkit

size: examples
	$(MAKE) -C c-examples size
