//! What an administrator, an officer and an auditor do on the host: the rows of the newcomer's report.

mod accounts;
mod asked;
mod ends;
mod front;
mod hostkeys;
mod reading;
mod times;
mod tongue;
mod words;
