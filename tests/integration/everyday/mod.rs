//! Clients of every day, as docs/clients.md tells to set them up.

mod ansible;
mod uploads;
