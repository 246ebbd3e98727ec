//! `#[files]` lists the scenarios when the tests are compiled, so a new scenario has to compile them again.

#[expect(clippy::print_stdout, reason = "cargo reads a build script's instructions from its output")]
fn main() {
    println!("cargo:rerun-if-changed=../scenarios");
}
