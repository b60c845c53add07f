# spot-training-operator. `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test test-compat test-rollback check fuzz lint generate bench simulate clean build assets simulator-check

TARGET := $(or $(CARGO_TARGET_DIR),target)
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/spot-training-operator
VENV := $(CACHE)/simulator-check
DENY := $(CACHE)/cargo-tools/bin/cargo-deny
DENY_VERSION := 0.20.2
TEST_CLUSTER := $(TARGET)/debug/test-cluster

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build the operator, the simulator and the test cluster (cold: about 8 minutes)
	@echo "Building (the first time compiles the AWS SDK: about 8 minutes)"
	cargo build --workspace --all-targets

assets: build ## Find or build etcd, kube-apiserver, kube-controller-manager, kubectl and helm
	@$(TEST_CLUSTER) assets >/dev/null
	@$(TEST_CLUSTER) helm >/dev/null

demo: build ## Watch a training job live through an interruption (KEEP=1 leaves all running)
	@OPERATOR=$(TARGET)/debug/spot-training-operator SIMULATOR=$(TARGET)/debug/sagemaker-simulator \
	TEST_CLUSTER=$(TEST_CLUSTER) exec bash e2e/demo.sh

# Tests on real parts mostly wait, so more of them than cores run at a time.
test: assets simulator-check ## Run all tests (cold: about 25 minutes, warm: about 7)
	@echo "Running all tests (about 7 minutes)"
	RUST_TEST_THREADS=6 cargo test --workspace --all-targets

test-compat: build ## Run the tests on real parts on the oldest supported Kubernetes (cold: 15 minutes)
	@TEST_CLUSTER_KUBERNETES=compat $(TEST_CLUSTER) assets >/dev/null
	TEST_CLUSTER_KUBERNETES=compat RUST_TEST_THREADS=6 cargo test --workspace --test it end_to_end::

# The last commit before retries, capacity policies and limits.
ROLLBACK_TO := 6814df9
ROLLBACK := $(abspath $(TARGET))/rollback
test-rollback: assets ## Run an earlier version on what this one wrote (cold: 15 minutes, warm: 2)
	@echo "Building the operator of $(ROLLBACK_TO) below $(ROLLBACK) (the first time about 10 minutes)"
	@mkdir -p $(ROLLBACK)/source
	@git archive $(ROLLBACK_TO) | tar --extract --directory $(ROLLBACK)/source
	CARGO_TARGET_DIR=$(ROLLBACK)/target cargo build --manifest-path $(ROLLBACK)/source/Cargo.toml \
	  --package spot-training-operator --bin spot-training-operator
	ROLLBACK_OPERATOR=$(ROLLBACK)/target/debug/spot-training-operator \
	  cargo test --workspace --test it end_to_end::rollback -- --ignored

simulator-check: build ## Drive the simulator with boto3, against botocore's model of the API
	@if [ ! -x $(VENV)/bin/python ]; then echo "Installing boto3 into $(VENV)"; \
	  python3 -m venv $(VENV); fi
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check -r e2e/simulator/check/requirements.txt
	@$(VENV)/bin/python e2e/simulator/model/extract.py --check
	@bash e2e/simulator/check/run.sh $(TARGET)/debug/sagemaker-simulator $(VENV)/bin/python

check: ## The inner loop: everything without the AWS SDK, in seconds when warm
	cargo test --no-default-features --test it -- --skip simulation

fuzz: ## Broken files for plan and import: make fuzz SEEDS=400 takes 10 minutes
	SEEDS=$(or $(SEEDS),40) cargo test --no-default-features --test it process::fuzz -- --nocapture

lint: ## Formatting, clippy, licences
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo clippy --no-default-features --lib --example policy-replay -- -D warnings
	@if [ ! -x $(DENY) ]; then echo "Installing cargo-deny (about 5 minutes)"; \
	  cargo install --quiet --locked cargo-deny --version $(DENY_VERSION) --root $(CACHE)/cargo-tools; fi
	$(DENY) check bans licenses sources

generate: ## Write the CRD and the tables of the documentation from the types
	UPDATE=1 cargo test --no-default-features --test it -- api:: core::messages core::stored_states

bench: ## Measure speed, reads, lag, memory (ONLY=decide, replay, jobs, fleet, start or several)
	cargo bench --bench figures -- $(ONLY)

simulate: ## Simulate weeks of faults with other seeds: make simulate SEEDS=10
	SEEDS=$(or $(SEEDS),3) cargo test --workspace --test it weeks_of_faults -- --nocapture

clean: ## Remove what was built here (the caches of Kubernetes programs stay)
	cargo clean
