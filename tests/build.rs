//! `#[files]` lists the scenarios when the tests are compiled, so a new scenario has to compile them again.

fn main() {
    println!("cargo:rerun-if-changed=../scenarios");
}
