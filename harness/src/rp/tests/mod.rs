//! The relying party against a provider that says whatever a test wants, and a product that believes everything.

mod id_token;
mod jws;
mod keys;
mod login;
mod product;
mod provider;
mod rejections;
mod sessions;
mod world;
