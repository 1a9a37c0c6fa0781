# The project's own commands; `make` alone lists them. Cargo does the work: these only put first what it needs.

.PHONY: help build dist demo test test-unit test-openssh check deny spell bench bench-accounts bench-attempts bench-disk bench-guard bench-judge bench-lockdown bench-policy bench-tunnel bench-year fuzz patch
help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# The SSH library and the TCP stack with our patches, where Cargo.toml looks for them.
patch:
	@tools/patch-russh && tools/patch-smoltcp

build: patch ## target/release/juyong
	cargo build --release

dist: patch ## target/dist/juyong: what is handed out, and measured
	cargo build --profile dist

demo: build ## everything in one process: prints how to log in
	target/release/juyong demo

# They wait more than they work, so there are more threads than processors.
test: patch ## all tests, real clients included; installs those that are missing
	tools/test-needs
	RUST_TEST_THREADS=$${RUST_TEST_THREADS:-6} cargo test

test-unit: patch ## what needs no root, no client and no package: about a minute after the build
	RUST_TEST_THREADS=$${RUST_TEST_THREADS:-4} cargo test --lib --test architecture --test broken --test links --test locales \
		--test model --test oracle --test recipes

test-openssh: build ## OpenSSH's own regress scripts through the gateway; about ten minutes
	tools/test-needs openssh-tests socat
	tests/openssh/run target/release/juyong

check: patch ## formatting and lints
	cargo fmt --check -p juyong -p juyong-architecture -p juyong-bench-policy
	cargo clippy --all-targets -- -D warnings

deny: patch ## licences, sources, doubled and reported dependencies; needs cargo-deny
	tools/deny

spell: ## misspelt words
	tools/spell

# What is handed out is measured, unless the environment names something else.
MEASURED = JUYONG_BENCH_BIN=$${JUYONG_BENCH_BIN:-$(CURDIR)/target/dist/juyong}

bench: dist bench-accounts bench-attempts bench-disk bench-guard bench-judge bench-lockdown bench-policy bench-tunnel bench-year ## the gateway against OpenSSH alone, and those below
	$(MEASURED) cargo bench --bench compare

bench-accounts: dist ## 315 people: roster, invitations, enrolments, and all at once
	$(MEASURED) cargo bench --bench accounts

bench-attempts: dist ## whether the time of a refusal tells what was wrong, and what a code costs
	$(MEASURED) cargo bench --bench attempts

bench-guard: dist ## what judging commands costs whoever types them
	$(MEASURED) cargo bench --bench guard

# Optimised, and with the fail points of the tests: the slow disk is one.
bench-disk: patch ## what a disk that does not answer in time does to everybody else
	CARGO_PROFILE_BENCH_DEBUG_ASSERTIONS=true CARGO_PROFILE_BENCH_LTO=off CARGO_PROFILE_BENCH_CODEGEN_UNITS=16 cargo bench --bench disk

bench-lockdown: dist ## how fast one order cuts everybody, and whether anybody slips through
	$(MEASURED) cargo bench --bench lockdown

bench-tunnel: dist ## logins and copies through WireGuard, and what is thrown at it
	$(MEASURED) CARGO_PROFILE_BENCH_LTO=off CARGO_PROFILE_BENCH_CODEGEN_UNITS=16 cargo bench --bench tunnel

bench-year: dist ## what reading the evidence of a year costs
	$(MEASURED) CARGO_PROFILE_BENCH_LTO=off CARGO_PROFILE_BENCH_CODEGEN_UNITS=16 cargo bench --bench year

bench-judge: patch ## how long it takes to judge a line
	CARGO_PROFILE_BENCH_LTO=off CARGO_PROFILE_BENCH_CODEGEN_UNITS=16 cargo bench --bench judge

fuzz: patch ## what reads hostile bytes, five minutes each; needs a nightly Rust and cargo-fuzz
	tools/fuzz

# Linked in parts: a decision is as fast, and it builds much sooner.
bench-policy: patch ## policy decisions against Cedar
	CARGO_PROFILE_BENCH_LTO=thin CARGO_PROFILE_BENCH_CODEGEN_UNITS=4 cargo bench -p juyong-bench-policy
