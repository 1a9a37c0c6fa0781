//! What an administrator, an officer and an auditor do on the host: the rows of the newcomer's report.

mod times;
