//! What goes over the wire on both sides: algorithms, channels, names, and assets that answer oddly.

mod assets;
mod forwards;
mod names;
mod negotiation;
mod odd;
mod programs;
