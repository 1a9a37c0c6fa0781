//! Real clients against the real gateway and a real sshd. Each test has its own gateway, its own asset and
//! its own operators; the harness is in `harness`, and each subject has its file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::print_stderr, clippy::needless_pass_by_value, unreachable_pub)]

mod harness;

mod admin;
mod approve;
mod assets;
mod attacked;
mod attestation;
mod audit;
mod bulk;
mod certificates;
mod channels;
mod clients;
mod commands;
mod console;
mod corpus;
mod crash;
mod demo;
mod disks;
mod enrolment;
mod everyday;
mod evidence;
mod explain;
mod faults;
mod files;
mod flood;
mod forwards;
mod guard;
mod guesses;
mod hardening;
mod hidden;
mod hours;
mod ingress;
mod kill;
mod limits;
mod lists;
mod lockdown;
mod login;
mod openssh;
mod policies;
mod python;
mod race;
mod recordings;
mod refusals;
mod remembered;
mod roles;
mod roster;
mod security_keys;
mod semantics;
mod shown;
mod signed;
mod slow_disk;
mod spans;
mod starting;
mod strict;
mod tokens;
mod tongues;
mod tunnel;
mod vpn;
mod ways;
mod wire;
