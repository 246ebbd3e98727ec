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

# every conformance case against the reference relying party without each check that could matter to it (some minutes);
# with INSTA_UPDATE=always docs/conformance-matrix.md is written
matrix:
    MATRIX=whole cargo test -p acceptance matrix

# look at changed snapshots one by one (needs cargo-insta)
review:
    cargo insta review

bench *args:
    cargo bench -p acceptance {{args}}

# licences, advisories, sources (needs cargo-deny)
deny:
    cargo deny check

# every small change of the products' rules, each of which a test must notice (needs cargo-mutants): docs/mutation.md
mutants *args:
    PROPTEST_CASES=40 CARGO_PROFILE_DEV_DEBUG=0 INSTA_UPDATE=no cargo mutants -p harness --no-default-features --file 'harness/src/products/**/*.rs' -o target/mutants --cargo-arg=--lib --cargo-arg=--config --cargo-arg='profile.dev.package."*".opt-level=2' {{args}} -- products::
