//! Commands are judged before they run.

mod exec;
