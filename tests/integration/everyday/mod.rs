//! Clients of every day, as docs/use/en/clients.md tells to set them up.

mod ansible;
mod limits;
mod remember;
mod uploads;
