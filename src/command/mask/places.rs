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
    /// The operand behind these subcommands and so many operands.
    Under(&'static Grammar, &'static [&'static str], usize),
    /// Behind them stand names and values, and this is the secret's name.
    Pair(&'static Grammar, &'static [&'static str], usize, &'static str),
    /// Behind this word, wherever it stands, in great letters or small ones.
    Next(&'static str),
    /// Behind this word, which is the first.
    First(&'static str),
    /// The operand of this number, from 0; not one that is an option.
    Operand(usize),
    /// The last of at least two operands, with this letter among the options.
    LastWith(char),
}

/// What tells a program's options from its operands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grammar {
    /// Options that take the next word; of one letter, with a value attached as well.
    pub taking: &'static [&'static str],
    /// Options that take none. `-p*`: whatever begins so.
    pub plain: &'static [&'static str],
    /// Subcommands may be cut short.
    pub shortens: bool,
}

const fn grammar(taking: &'static [&'static str], plain: &'static [&'static str], shortens: bool) -> Grammar {
    Grammar { taking, plain, shortens }
}

const NMCLI: &Grammar = &grammar(
    &[
        "-w",
        "--wait",
        "-f",
        "--fields",
        "-g",
        "--get-values",
        "-m",
        "--mode",
        "-c",
        "--colors",
        "-e",
        "--escape",
    ],
    &[
        "-a",
        "--ask",
        "-s",
        "--show-secrets",
        "-o",
        "--overview",
        "-t",
        "--terse",
        "-p",
        "--pretty",
        "--temporary",
    ],
    true,
);
const MYSQLADMIN: &Grammar = &grammar(
    &[
        "-u",
        "-h",
        "-P",
        "-S",
        "-c",
        "-i",
        "--user",
        "--host",
        "--port",
        "--socket",
        "--count",
        "--sleep",
        "--protocol",
        "--ssl-ca",
        "--ssl-cert",
        "--ssl-key",
        "--ssl-mode",
        "--login-path",
        "--connect-timeout",
        "--shutdown-timeout",
        "--default-character-set",
        "--default-auth",
        "--plugin-dir",
        "--tls-version",
    ],
    &[
        "-p*",
        "-f",
        "-v",
        "-s",
        "-b",
        "-B",
        "-C",
        "-E",
        "-r",
        "-V",
        "--password",
        "--force",
        "--silent",
        "--verbose",
        "--no-beep",
        "--compress",
        "--relative",
        "--vertical",
        "--ssl",
        "--skip-ssl",
        "--no-defaults",
    ],
    false,
);
const AWS: &Grammar = &grammar(
    &[
        "--profile",
        "--region",
        "--output",
        "--endpoint-url",
        "--ca-bundle",
        "--color",
        "--query",
        "--cli-read-timeout",
        "--cli-connect-timeout",
    ],
    &["--debug", "--no-verify-ssl", "--no-sign-request", "--no-cli-pager", "--no-paginate"],
    false,
);
const RABBITMQCTL: &Grammar = &grammar(
    &["-n", "--node", "-p", "--vhost", "-t", "--timeout", "--formatter"],
    &["-q", "--quiet", "-s", "--silent", "-l", "--longnames", "--dry-run"],
    false,
);
/// That of unixODBC; others take a password by `-P`.
const ISQL: &Grammar = &grammar(
    &[],
    &["-b", "-c", "-v", "-w", "-q", "-e", "-k", "-n", "-3", "-d*", "-x*", "-m*", "-l*", "-L*"],
    false,
);
const SMBCLIENT: &Grammar = &grammar(
    &[
        "-U",
        "-W",
        "-I",
        "-p",
        "-c",
        "-D",
        "-m",
        "-n",
        "-l",
        "-s",
        "-t",
        "-T",
        "-d",
        "-A",
        "-b",
        "-O",
        "-R",
        "-i",
        "-M",
        "--user",
        "--workgroup",
        "--port",
        "--command",
        "--directory",
        "--ip-address",
        "--authentication-file",
    ],
    &["-N", "-k", "-E", "-P", "-e", "-g", "-q", "-B", "-V", "-C", "--no-pass", "--grepable", "--quiet"],
    false,
);
const NO_OPTIONS: &Grammar = &grammar(&[], &[], false);

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
use Way::{Attached, First, LastWith, Next, Operand, Option as By, Pair, Under, With};

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
    row(&["ldappasswd"], &[By("-s"), By("-a")], All),
    row(&["openssl"], &[By("-k"), By("-K"), By("-hmac"), By("-psk"), By("-srppass")], All),
    row(&["openssl"], &[By("-macopt")], After(':')),
    row(
        &["docker", "podman", "nerdctl", "buildah", "skopeo", "helm", "oras", "crane", "oc"],
        &[With("login", "-p")],
        All,
    ),
    row(&["plink*", "putty*", "pscp*", "psftp*", "kadmin*"], &[By("-pw")], All),
    row(&["curl"], &[By("-u"), By("--user"), By("-U"), By("--proxy-user")], After(':')),
    row(&["curl"], &[By("--oauth2-bearer")], All),
    row(&["isql", "iusql"], &[Under(ISQL, &[], 2)], All),
    row(&["smbclient"], &[Under(SMBCLIENT, &[], 1)], All),
    row(&["http", "https", "xh", "xhs"], &[By("-a"), By("--auth")], After(':')),
    row(&["ab"], &[By("-A"), By("-P")], After(':')),
    row(&["lftp"], &[By("-u"), By("--user")], After(',')),
    row(
        &["smb*", "rpcclient", "net", "mount.cifs", "winexe*", "wmic", "wmis", "pth-*"],
        &[By("-U"), By("--user")],
        After('%'),
    ),
    row(
        &["sqlplus*", "sqlldr", "expdp", "impdp", "rman", "exp", "imp", "disql", "dexp", "dimp"],
        &[Operand(0)],
        Between('/', '@'),
    ),
    row(
        &["rman"],
        &[
            Next("target"),
            Next("catalog"),
            Next("rcvcat"),
            Next("auxiliary"),
            Attached("target="),
            Attached("catalog="),
            Attached("rcvcat="),
            Attached("auxiliary="),
        ],
        Between('/', '@'),
    ),
    row(&["htpasswd"], &[LastWith('b')], All),
    row(&["net", "net.exe", "net1"], &[Under(NO_OPTIONS, &["user"], 1), Under(NO_OPTIONS, &["use"], 1)], All),
    row(
        &["rabbitmqctl"],
        &[
            Under(RABBITMQCTL, &["add_user"], 1),
            Under(RABBITMQCTL, &["change_password"], 1),
            Under(RABBITMQCTL, &["authenticate_user"], 1),
        ],
        All,
    ),
    row(
        &["mysqladmin", "mariadb-admin"],
        &[Under(MYSQLADMIN, &["password"], 0), Under(MYSQLADMIN, &["old-password"], 0)],
        All,
    ),
    row(
        &["nmcli"],
        &[
            Pair(NMCLI, &["device", "wifi", "connect"], 1, "password"),
            Pair(NMCLI, &["device", "wifi", "hotspot"], 0, "password"),
            Pair(NMCLI, &["connection", "add"], 0, "wifi-sec.psk"),
            Pair(NMCLI, &["connection", "add"], 0, "802-11-wireless-security.psk"),
            Pair(NMCLI, &["connection", "modify"], 1, "wifi-sec.psk"),
            Pair(NMCLI, &["connection", "modify"], 1, "802-11-wireless-security.psk"),
            Pair(NMCLI, &["connection", "modify", "id"], 1, "wifi-sec.psk"),
            Pair(NMCLI, &["connection", "modify", "id"], 1, "802-11-wireless-security.psk"),
        ],
        All,
    ),
    row(
        &["db2"],
        &[
            Pair(NO_OPTIONS, &["connect", "to"], 1, "using"),
            Pair(NO_OPTIONS, &["attach", "to"], 1, "using"),
            Pair(NO_OPTIONS, &["backup"], 2, "using"),
            Pair(NO_OPTIONS, &["restore"], 2, "using"),
        ],
        All,
    ),
    row(
        &["aws"],
        &[
            Pair(AWS, &["configure", "set"], 0, "aws_secret_access_key"),
            Pair(AWS, &["configure", "set"], 0, "aws_session_token"),
        ],
        All,
    ),
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
pub(super) const ASSIGNING: &[&str] = &["export", "declare", "typeset", "readonly", "local", "systemctl"];

/// Programs that run others in a place of their own, and give them variables by these options.
pub(super) const CONTAINING: &[&str] = &[
    "docker",
    "podman",
    "nerdctl",
    "buildah",
    "docker-compose",
    "podman-compose",
    "kubectl",
    "oc",
    "lxc",
    "incus",
    "systemd-run",
    "run0",
    "machinectl",
    "systemd-nspawn",
    "singularity",
    "apptainer",
];
pub(super) const PASSING_ON: &[&str] = &["-e", "--env", "--build-arg", "-E", "--setenv"];
