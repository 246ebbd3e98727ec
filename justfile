# The steps of .ci/run by name; `just check` runs them all.

check:
    .ci/run

fmt:
    cargo fmt --all

lint:
    .ci/run lint

# mock-idp and harness without sockets, files and clock
purity:
    .ci/run purity

test *args:
    INSTA_UPDATE=no cargo test --workspace {{args}}

# three client libraries in three languages against the provider (needs node, python3, go)
interop *args:
    .ci/interop {{args}}

docs:
    .ci/run docs

# every scenario below scenarios/, or those named
run *args:
    cargo run --quiet --bin harness -- run {{args}}

serve *args:
    cargo run --quiet --bin mock-idp -- serve {{args}}

# every conformance case, or those that a pattern means, against the reference relying party without each check that could matter
# to it (some minutes, and Chromium for some); with INSTA_UPDATE=always docs/conformance-matrix.md is written
matrix cases="whole":
    MATRIX='{{cases}}' cargo test -p acceptance matrix

# look at changed snapshots one by one (needs cargo-insta)
review:
    cargo insta review

bench *args:
    cargo bench -p acceptance {{args}}

# so many generated users of Bindplane, decided one after another: docs/performance.md
directory users="1000000" jobs="2":
    #!/usr/bin/env bash
    set -euo pipefail
    cargo build --release --quiet --bin harness
    seq {{users}} | awk '{ claims = ($1 % 1000 == 0) ? "\"bindplane_org_admin\": \"true\"" : ($1 % 7 == 0) ? "\"department\": \"sales\"" : ($1 % 2) ? "\"bindplane_projects\": \"user:P1,viewer:P2\"" : "\"groups\": [\"bindplane-user\", \"bindplane-projects-P1\"]"; printf "{\"sub\": \"u-%07d\", \"email\": \"u%d@corp.example\", %s}\n", $1, $1, claims }' > target/users.jsonl
    time target/release/harness preview -p bindplane --batch target/users.jsonl --jobs {{jobs}} | tail -n 1

# licences, advisories, sources (needs cargo-deny)
deny:
    cargo deny check

# every small change of the products' rules, each of which a test must notice (needs cargo-mutants): docs/mutation.md
mutants *args:
    PROPTEST_CASES=40 CARGO_PROFILE_DEV_DEBUG=0 INSTA_UPDATE=no cargo mutants -p harness --no-default-features --file 'harness/src/products/**/*.rs' -o target/mutants --cargo-arg=--lib --cargo-arg=--config --cargo-arg='profile.dev.package."*".opt-level=2' {{args}} -- products::
