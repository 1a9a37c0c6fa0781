//! The words by which kinds of rows are asked for.

/// Every kind, as it stands in a row's `event`; sorted.
pub const KINDS: &[&str] = &[
    "alarm",
    "approval-granted",
    "approval-impossible",
    "approval-lapsed",
    "approval-refused",
    "approval-requested",
    "approval-reused",
    "approval-withdrawn",
    "asset-unreachable",
    "channel-failed",
    "channel-opened",
    "channel-refused",
    "clock-trusted",
    "clock-went-back",
    "codes-drawn",
    "codes-forgotten",
    "command-confirmed",
    "command-declined",
    "command-judged",
    "connection-ended",
    "connections-refused",
    "console-command",
    "credential-removed",
    "credential-set",
    "decision",
    "device-enrolled",
    "device-revoked",
    "evidence-failed",
    "gateway-started",
    "gateway-stopped",
    "host-key-refused",
    "host-key-trusted",
    "ingress-refused",
    "invitation-withdrawn",
    "legacy-algorithms",
    "lockdown-confirmed",
    "lockdown-ended",
    "lockdown-enforced",
    "lockdown-lapsed",
    "lockdown-lifted",
    "lockdown-requested",
    "lockdown-resumed",
    "lockdown-started",
    "lockdown-withdrawn",
    "log-key",
    "login-accepted",
    "login-refused",
    "logins-refused",
    "operator-disabled",
    "operator-enabled",
    "operator-enrolled",
    "operator-invited",
    "operator-left",
    "operator-locked",
    "operator-reset",
    "operator-unlocked",
    "orders-refused",
    "own-factor-changed",
    "permit-ended",
    "permit-given",
    "policy-applied",
    "policy-refused",
    "recording-closed",
    "recovery-code-used",
    "roster-imported",
    "seat-refused",
    "second-address",
    "session-ended",
    "session-killed",
    "session-started",
    "source-blocked",
    "source-unblocked",
    "sources-blocked",
    "space-low",
    "terms-accepted",
    "transfer-noticed",
    "tunnel-down",
    "tunnel-forgotten",
    "tunnel-moved",
    "tunnel-up",
];

#[cfg(test)]
mod tests {
    use super::KINDS;

    /// Whoever adds a kind adds its word: a filter would call it unknown.
    #[test]
    fn every_kind_has_its_word() {
        let source = include_str!("vocabulary.rs");
        let kinds = source.split_once("pub enum Event {").map_or("", |(_, rest)| rest);
        let kinds = kinds.split_once("\n}").map_or("", |(kinds, _)| kinds);
        let is_kind =
            |line: &&str| line.starts_with("    ") && line.chars().nth(4).is_some_and(char::is_uppercase);
        let mut words: Vec<_> = kinds.lines().filter(is_kind).map(word).collect();
        words.sort();
        assert!(words.len() > 40, "the source was read: {words:?}");
        assert_eq!(words, KINDS);
    }

    fn word(line: &str) -> String {
        let name = line.trim().chars().take_while(char::is_ascii_alphanumeric);
        let mut word = String::new();
        for c in name {
            if c.is_ascii_uppercase() && !word.is_empty() {
                word.push('-');
            }
            word.push(c.to_ascii_lowercase());
        }
        word
    }
}
