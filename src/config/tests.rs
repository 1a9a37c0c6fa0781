#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;

use super::*;
use crate::lockdown::Deed;

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(Path::new("/etc/juyong/juyong.toml"), text)
}

#[test]
fn an_empty_file_is_the_defaults() {
    let config = parse("").unwrap();
    assert_eq!(config.data_dir, Path::new("/var/lib/juyong"));
    assert_eq!(config.policy_dir, Path::new("/var/lib/juyong/policies"));
    assert_eq!(config.recordings, Path::new("/var/lib/juyong/recordings"));
    assert_eq!(config.database, Database::Sqlite("/var/lib/juyong/juyong.db".into()));
    assert_eq!(config.timezone.iana_name(), Some("Asia/Shanghai"));
    assert_eq!(config.seats.get(), 315);
    assert_eq!(config.listen.ssh, ["[::]:2222".parse().unwrap()]);
    let factors: Vec<_> = config.auth.factors.iter().map(|set| set.to_string()).collect();
    assert_eq!(factors, ["publickey+totp", "password+totp"]);
    assert_eq!(config.auth.lock_for.to_string(), "30m");
    assert!(config.auth.remember.is_zero());
    assert_eq!(config.limits.min_free.bytes(), 64 << 20);
    assert_eq!(config.limits.approval.to_string(), "5m");
    assert!(config.lockdown.dual.is_empty());
    assert_eq!(config.lockdown.confirm_within.to_string(), "1h");
    assert_eq!(config.lockdown.confirm_after.to_string(), "1d");
    assert!(!config.lockdown.takes_two(Deed::Factors));
    assert!(config.listen.tls.is_empty() && config.listen.wireguard.is_empty());
    assert!(config.listen.proxy_from.is_empty());
    let tunnel = &config.tunnel;
    let pool: Vec<_> = tunnel.pool.iter().map(ToString::to_string).collect();
    assert_eq!(pool, ["10.99.0.0/16", "fd6a:7579:6f6e:67::/64"]);
    assert_eq!((tunnel.port, tunnel.devices.get(), tunnel.endpoint.as_deref()), (22, 3, None));
    assert_eq!((tunnel.tls_client, &tunnel.tls_server), (TlsClient::Optional, &None));
    assert_eq!(tunnel.tls_device.to_string(), "366d");
}

#[test]
fn the_documented_file_is_read() {
    let config = parse(
        r#"
        data_dir   = "data"
        policy_dir = "policies"
        recordings = "/srv/recordings"
        database   = "sqlite:///var/lib/juyong/other.db"
        timezone   = "UTC"
        language   = "en"
        seats      = 12
        drain_for  = "5m"
        contact    = "ext. 8800"
        [listen]
        ssh = ["127.0.0.1:22", "[::1]:22"]
        tls = "[::]:8443"
        wireguard = ["0.0.0.0:51820", "[::]:51821"]
        proxy_from = ["192.0.2.10", "2001:db8::/64"]
        [auth]
        factors    = ["publickey"]
        remember   = "8h"
        lock_after = 3
        lock_for   = "1d"
        [limits]
        starts = 7
        [lockdown]
        dual = ["lift", "allow", "start", "codes"]
        confirm_within = "10m"
        [tunnel]
        pool = "10.7.0.0/24"
        port = 2222
        endpoint = "vpn.example.org:51820"
        devices = 5
        tls_client = "required"
        tls_server = { certificate = "tls/chain.pem", key = "/srv/key.pem" }
        tls_device = "90d"
        "#,
    )
    .unwrap();
    assert_eq!(config.data_dir, Path::new("/etc/juyong/data"));
    assert_eq!(config.policy_dir, Path::new("/etc/juyong/policies"));
    assert_eq!(config.recordings, Path::new("/srv/recordings"));
    assert_eq!(config.database, Database::Sqlite("/var/lib/juyong/other.db".into()));
    assert_eq!(config.listen.ssh.len(), 2);
    assert_eq!(config.listen.tls, ["[::]:8443".parse().unwrap()]);
    assert_eq!(config.listen.wireguard.len(), 2);
    let balancers: Vec<_> = config.listen.proxy_from.iter().map(ToString::to_string).collect();
    assert_eq!(balancers, ["192.0.2.10/32", "2001:db8::/64"]);
    let tunnel = &config.tunnel;
    assert_eq!(tunnel.pool, ["10.7.0.0/24".parse().unwrap()]);
    assert_eq!(tunnel.endpoint.as_deref(), Some("vpn.example.org:51820"));
    assert_eq!((tunnel.port, tunnel.devices.get(), tunnel.tls_client), (2222, 5, TlsClient::Required));
    let files = PemFiles { certificate: "/etc/juyong/tls/chain.pem".into(), key: "/srv/key.pem".into() };
    assert_eq!((&tunnel.tls_server, tunnel.tls_device.to_string().as_str()), (&Some(files), "90d"));
    assert_eq!(config.limits.starts.get(), 7);
    assert_eq!(config.lockdown.dual, [Deed::Lift, Deed::Allow, Deed::Start, Deed::Codes]);
    assert_eq!(config.lockdown.confirm_within.to_string(), "10m");
    assert!(config.lockdown.takes_two(Deed::Factors), "wherever anything does");
    assert_eq!(config.limits.starts_per_source.get(), 20);
}

/// What is wrong, where, and the mend; the wording is what administrators see.
#[test]
fn wrong_files_say_where_and_what_to_do() {
    let table = [
        ("data_dri = \"/x\"", "1:1: unknown key \"data_dri\""),
        ("[listen]\nssh = [\"[::]:22\"]\ntsl = []", "3:1: unknown key \"tsl\" in [listen]"),
        ("[listen]\ntls = \"8443\"", "2:7: \"8443\" is a port without an address"),
        ("[listen]\nwireguard = [\"[::]\"]", "2:13: \"[::]\" is not an address with its port"),
        ("[listen]\nproxy_from = [\"lb1\"]", "2:14: \"lb1\" is not a network"),
        ("[tunnel]\npool = []", "2:8: name one network, or one of IPv4 and one of IPv6"),
        ("[tunnel]\npool = [\"10.0.0.0/8\", \"10.9.0.0/16\"]", "2:8: name one network, or one of IPv4"),
        ("[tunnel]\npool = \"10.0.0.0/30\"", "2:8: 10.0.0.0/30 has no room for devices"),
        ("[tunnel]\npool = \"fd00::/126\"", "2:8: fd00::/126 has no room for devices"),
        ("[tunnel]\nport = 0", "2:8: `tunnel.port` must be a whole number from 1 to 65535, not 0"),
        ("[tunnel]\nendpoint = \"vpn.example.org\"", "2:12: write a host and a port, such as"),
        ("[tunnel]\nendpoint = \"a\\nb:1\"", "2:12: write a host and a port, such as"),
        ("[tunnel]\ndevices = 0", "2:11: `tunnel.devices` must be a whole number of at least 1, not 0"),
        ("[tunnel]\ntls_client = \"always\"", "2:14: \"always\" is not a value of `tunnel.tls_client`"),
        ("[tunnel]\ntls_server = { key = \"k\" }", "2:14: `certificate` is missing in `tunnel.tls_server`"),
        ("[tunnel]\ntls_device = \"0s\"", "2:14: no time at all"),
        (
            "[auth]\nlock_for = \"30\"",
            "2:12: \"30\" is not a duration: write a whole number and s, m, h or d",
        ),
        ("[limits]\nmin_free = \"64MB\"", "2:12: \"64MB\" is not a size: write a whole number and B, KiB"),
        ("[lockdown]\ndual = [\"lifts\"]", "2:9: \"lifts\" is not a value of `lockdown.dual`"),
        ("[lockdown]\nconfirm_within = \"0s\"", "2:18: no time at all"),
        ("seats = 0", "1:9: `seats` must be a whole number of at least 1, not 0"),
        ("seats = \"315\"", "1:9: `seats` must be a whole number of at least 1, not \"315\""),
        ("timezone = \"Asia/Peking\"", "1:12: \"Asia/Peking\" is not a known time zone"),
        ("language = \"fr\"", "1:12: \"fr\" is not a value of `language`"),
        ("[listen]\nssh = []", "2:7: nothing to listen on"),
        ("[listen]\nssh = [\"2222\"]", "2:7: \"2222\" is a port without an address"),
        // newcomer: only the first of several was told
        (
            "[listen]\nssh = [\"2222\", \"[::]:22\", \"x\"]",
            "2:7: \"2222\" is a port without an address; \"x\" is not an address with its port",
        ),
        ("\n[auth]\nfactors = [\"totp\"]", "3:11: \"totp\" is not a set of factors: a code needs a key"),
        (
            "[auth]\nfactors = [\"publickey+otp\"]",
            "2:11: \"publickey+otp\" is not a set of factors: only publickey",
        ),
        ("database = \"postgres://h/db\"", "1:12: PostgreSQL is not yet supported in this version: use"),
        ("recordings = \"s3://bucket\"", "1:14: object storage is not yet supported in this version: name"),
        ("[limits]\napproval = \"0s\"", "2:12: no time at all"),
        ("[limits]\nlogin_grace = \"0s\"", "2:15: no time at all"),
        ("seats = 1\nseats = 2", "2:1: \"seats\" stands here a second time"),
        ("contact = 王", "1:11: "),
        ("[auth]\nremember = \"2d\"", "2:12: \"2d\" is too long to remember a code"),
        ("[auth]\nremember = \"86401s\"", "2:12: \"86401s\" is too long to remember a code"),
        ("[auth]\nremember = 8", "2:12: "),
    ];
    for (text, expected) in table {
        let error = parse(text).unwrap_err().to_string();
        let expected = format!("/etc/juyong/juyong.toml:{expected}");
        assert!(error.starts_with(&expected), "{text}\n  says   {error}\n  wanted {expected}");
        assert!(error.contains("\n  ") && error.contains('^'), "{error}");
    }
}

/// newcomer: of two errors one was told.
#[test]
fn all_faults_are_told_at_once_in_their_order() {
    let error =
        parse("seats = 0\nlangauge = \"en\"\n[listen]\nssh = 2222\nseats = 3\ncontact = \"x\n").unwrap_err();
    let ConfigError::Invalid(found) = error else { panic!("{error}") };
    let lines: Vec<_> = found.iter().map(|one| (one.line, one.hint.is_some())).collect();
    assert_eq!(lines, [(1, false), (2, true), (4, true), (5, true), (6, false)], "{found:?}");
}

/// Every table can be asked for its keys, or a key in the wrong place is not told where it belongs.
#[test]
fn a_key_in_the_wrong_table_is_told_where_it_belongs() {
    for (text, hint) in [
        ("[listen]\nseats = 5", "move it above the first [table]"),
        ("lock_after = 5", "move it below [auth]"),
        ("[auth]\nssh = \"[::]:2222\"", "move it below [listen]"),
        ("min_free = \"1GiB\"", "move it below [limits]"),
        ("dual = []", "move it below [lockdown]"),
        ("[limits]\npool = []", "move it below [tunnel]"),
    ] {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.contains(hint), "{text}: {error}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("juyong.toml");
    let error = Config::load(&path).unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("{}: cannot be read (there is no such file", path.display())),
        "{error}"
    );
}

#[test]
fn a_banner_is_shown_in_the_own_language_first() {
    let banner = |text: &str| parse(text).unwrap().login.banner;
    assert_eq!(banner(""), None);
    assert_eq!(banner("[login]\nbanner = { en = \"\" }"), None);
    let both = "[login]\nbanner = { en = \"Recorded.\\r\\nLeave.\\n\", zh-CN = \"全程录像。\" }";
    assert_eq!(banner(both).as_deref(), Some("全程录像。\nRecorded.\nLeave.\n"));
    let english = banner(&format!("language = \"en\"\n{both}"));
    assert_eq!(english.as_deref(), Some("Recorded.\nLeave.\n全程录像。\n"));
}

#[test]
fn a_banner_moves_no_cursor_and_has_an_end() {
    let refused = |text: &str| parse(&format!("[login]\nbanner = {text}")).unwrap_err().to_string();
    for text in ["{ en = \"\\u001b[2J\" }", "{ en = \"\\u202e\" }", "{ zh-CN = \"a\\u009b\" }"] {
        assert!(refused(text).contains("control character"), "{text}");
    }
    assert!(refused(&format!("{{ en = \"{}\" }}", "x".repeat(4097))).contains("longer than 4096"));
    assert!(refused("{ fr = \"x\" }").contains("fr"));
    assert!(refused("\"x\"").contains("zh-CN"));
}
