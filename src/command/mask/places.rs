//! Where programs take a secret, beside the options whose names say it.

/// Where a word holds its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    All,
    /// Behind the first of this sign: `user:x`.
    Behind(char),
    /// Between these two: `user/x@database`.
    Between(char, char),
}

/// How a program is told it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    /// `-px`: attached only, `-p x` is something else.
    Attached(&'static str),
    /// `-p x`, `-px`, `--user x`, `--user=x`.
    Option(&'static str),
    /// The same under this subcommand.
    With(&'static str, &'static str),
    /// Behind this word, in whatever place.
    Behind(&'static str),
    /// Behind this word, which is the first.
    First(&'static str),
    /// The operand of this number, from 0; not one that is an option.
    Operand(usize),
    /// The last of at least two operands, with this letter among the options.
    LastWith(char),
}

pub(super) struct Row {
    /// `mysql*`: whatever begins so.
    pub programs: &'static [&'static str],
    pub ways: &'static [Way],
    pub part: Part,
}

const fn row(programs: &'static [&'static str], ways: &'static [Way], part: Part) -> Row {
    Row { programs, ways, part }
}

use Part::{All, Behind as After, Between};
use Way::{Attached, Behind, First, LastWith, Operand, Option as By, With};

pub(super) const ROWS: &[Row] = &[
    row(&["mysql*", "mariadb*", "obclient", "7z*", "rar", "unrar"], &[Attached("-p")], All),
    row(&["rar"], &[Attached("-hp")], All),
    row(
        &["sshpass", "mongo*", "psexec*", "winexe", "rdesktop", "beeline", "cqlsh", "racadm"],
        &[By("-p")],
        All,
    ),
    row(&["ncftp*", "doveadm", "useradd", "usermod", "az", "esxcli", "snmpusm"], &[By("-p")], All),
    row(&["redis-cli", "valkey-cli", "keydb-cli"], &[By("-a")], All),
    row(&["snmp*"], &[By("-A"), By("-X"), By("-c")], All),
    // LDAP's `-W` asks, and takes no value.
    row(&["ldap*", "kadmin*"], &[By("-w")], All),
    row(&["ksql", "gsql"], &[By("-W")], All),
    row(
        &["sqlcmd", "osql", "isql", "tsql", "bcp", "ipmitool", "zip", "unzip", "mosquitto_*"],
        &[By("-P")],
        All,
    ),
    row(&["ssh-keygen"], &[By("-N"), By("-P")], All),
    row(&["slappasswd"], &[By("-s")], All),
    row(&["openssl"], &[By("-k"), By("-K"), By("-hmac"), By("-psk"), By("-srppass")], All),
    row(&["openssl"], &[By("-macopt")], After(':')),
    row(
        &["docker", "podman", "nerdctl", "buildah", "skopeo", "helm", "oras", "crane", "oc"],
        &[With("login", "-p")],
        All,
    ),
    row(&["pscp*", "psftp*", "kadmin*"], &[By("-pw")], All),
    row(&["curl"], &[By("-u"), By("--user"), By("-U"), By("--proxy-user")], After(':')),
    row(&["http", "https", "xh", "xhs"], &[By("-a"), By("--auth")], After(':')),
    row(&["ab"], &[By("-A"), By("-P")], After(':')),
    row(&["lftp"], &[By("-u"), By("--user")], After(',')),
    row(&["smb*", "rpcclient", "net", "mount.cifs"], &[By("-U"), By("--user")], After('%')),
    row(
        &["sqlplus*", "sqlldr", "expdp", "impdp", "rman", "exp", "imp", "disql", "dexp", "dimp"],
        &[Operand(0)],
        Between('/', '@'),
    ),
    row(&["htpasswd"], &[LastWith('b')], All),
    row(&["net", "net.exe", "net1"], &[With("user", ""), With("use", "")], All),
    row(
        &["rabbitmqctl"],
        &[With("add_user", ""), With("change_password", ""), With("authenticate_user", "")],
        All,
    ),
    row(&["mysqladmin", "mariadb-admin", "nmcli"], &[Behind("password")], All),
    row(&["nmcli"], &[Behind("802-11-wireless-security.psk"), Behind("wifi-sec.psk")], All),
    row(&["db2"], &[Behind("using")], All),
    row(&["aws"], &[Behind("aws_secret_access_key"), Behind("aws_session_token")], All),
    row(&["vault"], &[First("login")], All),
    row(&["rclone"], &[First("obscure")], All),
    row(&["wpa_passphrase"], &[Operand(1)], All),
    row(&["kubectl", "oc"], &[With("secret", "--from-literal")], After('=')),
    row(&["xfreerdp*", "wlfreerdp*"], &[Attached("/p:")], All),
    row(&["cmdkey*"], &[Attached("/pass:")], All),
    row(&["schtasks*"], &[By("/rp")], All),
];

/// What options are called whose value is a secret, in whatever program: so do their names end.
pub(super) const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "api-key",
    "api_key",
    "accesskey",
    "access-key",
    "access_key",
    "secretkey",
    "secret-key",
    "secret_key",
    "storepass",
    "keypass",
];

/// The whole name, or its last part behind a dash or a dot.
pub(super) const SHORT_NAMES: &[&str] = &["pass", "pwd"];

/// Parts of a name that ask for a secret, or do without, and take none: `--ask-pass`, `--no-password`.
pub(super) const ASKING: &[&str] = &["ask", "no", "prompt", "without", "show", "generate", "rotate"];

/// Words in front of a subcommand: `registry login`.
pub(super) const ABOVE: &[&str] = &["registry", "auth", "create"];

/// Programs that read a secret from their input and nothing else; with one of these words, where there are any.
pub(super) const READERS: &[(&str, &[&str])] = &[
    ("chpasswd", &[]),
    ("passwd", &[]),
    ("smbpasswd", &[]),
    ("pdbedit", &[]),
    ("kinit", &[]),
    ("cryptsetup", &[]),
    ("htpasswd", &["-i"]),
];

/// Programs that may: where they want no secret, what they run reads it, or they take it for something else.
pub(super) const HANDING_ON: &[(&str, &[&str])] = &[
    ("sudo", &["-S", "--stdin"]),
    ("dzdo", &["-S", "--stdin"]),
    ("doas", &[]),
    ("su", &[]),
    ("gpg", &["--passphrase-fd"]),
    ("vault", &["-"]),
];

/// Programs under which a command reads what they were given, and takes no words from there.
pub(super) const PASSING: &[&str] =
    &["sudo", "dzdo", "doas", "env", "nohup", "nice", "ionice", "timeout", "command"];

/// Programs whose `login --password-stdin` reads nothing but a password.
pub(super) const REGISTRIES: &[&str] =
    &["docker", "podman", "nerdctl", "buildah", "skopeo", "helm", "oras", "crane"];

/// Programs whose words are variables, each one value to its end.
pub(super) const ASSIGNING: &[&str] = &["export", "declare", "typeset", "readonly", "local"];
