//! What the provider fetches from clients, over sockets: a small server plays the client.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which clippy does not recognise as such")]

mod calls;
mod deliveries;
mod keys;
mod logout;
mod provider;
mod references;
mod sector;
mod signatures;
mod site;

pub(crate) use site::Site;
