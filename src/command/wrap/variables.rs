//! Variables that say what runs.

use super::code::text;
use crate::command::opaque::Why;
use crate::command::read::Found;
use crate::command::simple::Input;
use crate::command::word::{Piece, Word};

/// So end the names of those whose value is run as a command: `GIT_PAGER`, `HGEDITOR`.
const CODE_ENDS: &[&str] = &["PAGER", "EDITOR", "ASKPASS", "BROWSER", "_RSH"];

/// Their value is run as a command, by a shell or by the programs that look at them.
const CODE: &[&str] = &[
    "PROMPT_COMMAND",
    "VISUAL",
    "FCEDIT",
    "GIT_SSH_COMMAND",
    "GIT_SSH",
    "GIT_PROXY_COMMAND",
    "LESSECHO",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC",
    "CC",
    "CXX",
    "CPP",
    "LD",
    "AR",
    "AS",
    "FC",
    "GIT_EXTERNAL_DIFF",
    "SVN_SSH",
    "SHELL",
    "READNULLCMD",
    "NULLCMD",
    "RSYNC_CONNECT_PROG",
    "CVS_SERVER",
    "SVN_MERGE",
    "HGMERGE",
    "HG",
    "BZR_SSH",
    "LESSEDIT",
    "PERL5SHELL",
    "PERLDOC",
    "CARGO",
    "RUSTDOC",
    "CARGO_BUILD_RUSTC",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
    "CARGO_BUILD_RUSTDOC",
    "CCACHE_PREFIX",
    "CCACHE_PREFIX_CPP",
    "CCACHE_COMPILER",
    "CMAKE_C_COMPILER_LAUNCHER",
    "CMAKE_CXX_COMPILER_LAUNCHER",
    "MAKE",
    "MAKESHELL",
    "FZF_DEFAULT_COMMAND",
    "FZF_CTRL_T_COMMAND",
    "FZF_ALT_C_COMMAND",
    "KUBECTL_EXTERNAL_DIFF",
    "ANSIBLE_SSH_EXECUTABLE",
    "BORG_PASSCOMMAND",
    "RESTIC_PASSWORD_COMMAND",
    "RCLONE_PASSWORD_COMMAND",
    "RCLONE_SFTP_SSH",
    "TAR_RSH",
    "RMT",
    "PARALLEL_SHELL",
    "GOCACHEPROG",
    "NNN_OPENER",
    "P4DIFF",
    "P4MERGE",
    "NPM_CONFIG_SCRIPT_SHELL",
    "NPM_CONFIG_SHELL",
    "NPM_CONFIG_VIEWER",
    "NPM_CONFIG_GIT",
    "npm_config_script_shell",
    "npm_config_shell",
    "npm_config_viewer",
    "npm_config_git",
    "npm_config_editor",
    "npm_config_browser",
];

/// What they name or hold is run, and not read.
const UNREAD: &[&str] = &[
    "BASH_ENV",
    "BASH_CMDS",
    "BASH_ALIASES",
    "galiases",
    "saliases",
    "precmd_functions",
    "preexec_functions",
    "chpwd_functions",
    "ENV",
    "ZDOTDIR",
    "LESSOPEN",
    "LESSCLOSE",
    "LESSKEY",
    "LD_PRELOAD",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "PERL5OPT",
    "PERL5LIB",
    "PERL5DB",
    "PYTHONSTARTUP",
    "PYTHONPATH",
    "PYTHONHOME",
    "RUBYOPT",
    "RUBYLIB",
    "NODE_OPTIONS",
    "LUA_INIT",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "_JAVA_OPTIONS",
    "GOFLAGS",
    "RUSTFLAGS",
    "PSQLRC",
    "GIT_EXEC_PATH",
    "GIT_DIR",
    "GIT_COMMON_DIR",
    "GIT_TEMPLATE_DIR",
    // Where programs look for what they run at their start.
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_DATA_HOME",
    "XDG_DATA_DIRS",
    "TAR_OPTIONS",
    "VIMINIT",
    "EXINIT",
    "INPUTRC",
    "SHELLOPTS",
    "BASHOPTS",
    "PS0",
    "PS1",
    "PS2",
    "PS4",
    "RPROMPT",
    "IFS",
    "FPATH",
    "AWKPATH",
    "AWKLIBPATH",
    "MAKEFLAGS",
    "MAKEFILES",
    "GCONV_PATH",
    "OPENSSL_CONF",
    "LESS",
    "SYSTEMD_LESS",
    "LESSKEYIN",
    "LESSKEY_SYSTEM",
    "LESSKEYIN_SYSTEM",
    "LESSKEY_CONTENT",
    "MANLESS",
    "MANOPT",
    "MANROFFOPT",
    "MANPATH",
    "GROFF_COMMAND_PREFIX",
    "GROFF_BIN_PATH",
    "GROFF_TMAC_PATH",
    "BAT_OPTS",
    "BAT_CONFIG_PATH",
    "BAT_CONFIG_DIR",
    "RIPGREP_CONFIG_PATH",
    "ACKRC",
    "FZF_DEFAULT_OPTS",
    "FZF_DEFAULT_OPTS_FILE",
    "FZF_CTRL_T_OPTS",
    "FZF_CTRL_R_OPTS",
    "FZF_ALT_C_OPTS",
    "ZIPOPT",
    "APT_CONFIG",
    "GNUMAKEFLAGS",
    "MFLAGS",
    "GIT_ALLOW_PROTOCOL",
    "GCC_EXEC_PREFIX",
    "COMPILER_PATH",
    "CMAKE_TOOLCHAIN_FILE",
    "CCACHE_CONFIGPATH",
    "CARGO_HOME",
    "PYTHONBREAKPOINT",
    "PYTHONUSERBASE",
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
    "PERLLIB",
    "PHPRC",
    "PHP_INI_SCAN_DIR",
    "NODE_PATH",
    "NODE_REPL_EXTERNAL_MODULE",
    "NPM_CONFIG_USERCONFIG",
    "NPM_CONFIG_GLOBALCONFIG",
    "NPM_CONFIG_NODE_OPTIONS",
    "NPM_CONFIG_INIT_MODULE",
    "npm_config_userconfig",
    "npm_config_globalconfig",
    "npm_config_node_options",
    "npm_config_init_module",
    "LUA_PATH",
    "LUA_CPATH",
    "TCLLIBPATH",
    "R_PROFILE",
    "R_PROFILE_USER",
    "R_ENVIRON",
    "R_ENVIRON_USER",
    "R_LIBS",
    "GUILE_LOAD_PATH",
    "EMACSLOADPATH",
    "VIM",
    "VIMRUNTIME",
    "MYVIMRC",
    "HGRCPATH",
    "BZR_PLUGIN_PATH",
    "MAVEN_OPTS",
    "MAVEN_ARGS",
    "GRADLE_OPTS",
    "JAVA_OPTS",
    "CATALINA_OPTS",
    "SQLPATH",
    "ORACLE_PATH",
    "ODBCINI",
    "ODBCSYSINI",
    "ANSIBLE_CONFIG",
    "ANSIBLE_LIBRARY",
    "ANSIBLE_VAULT_PASSWORD_FILE",
    "AWS_CONFIG_FILE",
    "DOCKER_CONFIG",
    "HELM_PLUGINS",
    "TF_CLI_CONFIG_FILE",
    "GNUPGHOME",
    "WGETRC",
    "MAILCAPS",
    "MAILRC",
    "SCREENRC",
    "SYSSCREENRC",
    "VALGRIND_OPTS",
    "PARALLEL",
    "PARALLEL_HOME",
    "PARALLEL_SSH",
    "SSH_SK_HELPER",
    "SSH_SK_PROVIDER",
    "SSH_PKCS11_HELPER",
    "SYSTEMD_UNIT_PATH",
    "LD_PRELOAD_32",
    "LD_PRELOAD_64",
    "LDR_PRELOAD",
    "DYLD_INSERT_LIBRARIES",
    "DYLD_LIBRARY_PATH",
    "LIBPATH",
    "SHLIB_PATH",
    "OPENSSL_ENGINES",
    "OPENSSL_MODULES",
    "SASL_PATH",
    // Files that say which helpers, plugins or servers a program takes.
    "KUBECONFIG",
    "KUBECTL_PLUGINS_PATH",
    "K9S_CONFIG_DIR",
    "KREW_ROOT",
    "HELM_CONFIG_HOME",
    "HELM_DATA_HOME",
    "HELM_REGISTRY_CONFIG",
    "REGISTRY_AUTH_FILE",
    "CONTAINERS_CONF",
    "CONTAINERS_CONF_OVERRIDE",
    "CONTAINERS_STORAGE_CONF",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AZURE_CONFIG_DIR",
    "AZURE_EXTENSION_DIR",
    "CLOUDSDK_CONFIG",
    "CLOUDSDK_PYTHON",
    "OCI_CLI_CONFIG_FILE",
    "RCLONE_CONFIG",
    "PGSERVICEFILE",
    "PGSYSCONFDIR",
    "MYSQL_HOME",
    "LIBMYSQL_PLUGIN_DIR",
    "LIBMYSQL_PLUGINS",
    "TNS_ADMIN",
    "CURL_HOME",
    "PIP_CONFIG_FILE",
    "UV_CONFIG_FILE",
    "POETRY_CONFIG_DIR",
    "GEMRC",
    "GEM_HOME",
    "GEM_PATH",
    "BUNDLE_GEMFILE",
    "BUNDLE_APP_CONFIG",
    "BUNDLE_CONFIG",
    "COMPOSER_HOME",
    "YARN_RC_FILENAME",
    "GOENV",
    "GOROOT",
    "GOTOOLDIR",
    "TF_PLUGIN_CACHE_DIR",
    "TF_DATA_DIR",
    "PACKER_CONFIG",
    "VAGRANT_VAGRANTFILE",
    "VAGRANT_HOME",
    "MAKECONF",
    "BASH_LOADABLES_PATH",
    "MUTTRC",
    "DOCKER_CLI_PLUGIN_EXTRA_DIRS",
    "GTK_MODULES",
    "GIO_EXTRA_MODULES",
    "QT_PLUGIN_PATH",
];

/// Whether the value of a variable by this name is run as a command.
fn is_code(name: &str) -> bool {
    // `CARGO_TARGET_<TRIPLE>_RUNNER` runs what was built.
    let built =
        name.starts_with("CARGO_TARGET_") && ["_RUNNER", "_LINKER"].iter().any(|end| name.ends_with(end));
    built || CODE.contains(&name) || CODE_ENDS.iter().any(|end| name.ends_with(end))
}

/// So begin the names of many that hold what a configuration file would: `GIT_CONFIG_KEY_0`, `RCLONE_CONFIG_X_SSH`.
const UNREAD_BEGINS: &[&str] = &["GIT_CONFIG", "RCLONE_CONFIG"];

/// These name where passwords or addresses are, and no program.
const READ: &[&str] = &["GIT_CONFIG_NOSYSTEM", "RCLONE_CONFIG_PASS"];

/// Whether what a variable by this name names or holds is run, and not read.
fn is_unread(name: &str) -> bool {
    let begins = || UNREAD_BEGINS.iter().any(|begin| name.starts_with(begin));
    UNREAD.contains(&name) || begins() && !READ.contains(&name)
}

/// A variable is set: what that runs, now or later.
pub(super) fn set(name: &str, value: &Word, source: &str, found: &mut Found) {
    if is_index(value) {
        found.opaque(Why::ExpandedTwice);
    }
    if name.starts_with("BASH_FUNC_") {
        found.opaque(Why::Code);
    }
    if is_code(name) {
        text(std::slice::from_ref(value), &Input::Inherited, found);
    } else if is_unread(name) && value.literal() != Some("") || name == "PATH" && !extends(source) {
        found.opaque(Why::Code);
    }
}

/// The same of a word: `NAME=value`.
pub(super) fn assigned(word: &Word, source: &str, found: &mut Found) {
    let Some((name, _)) = word.head().split_once('=') else { return };
    if let Some(value) = word.after(&format!("{name}=")) {
        set(name.trim_end_matches('+'), &value, source, found);
    }
}

/// A loop sets a variable to each of these.
pub(in crate::command) fn each_of(name: &Word, values: &[Word], found: &mut Found) {
    for value in values {
        set(name.literal().unwrap_or_default(), value, "", found);
    }
}

/// Builtins that set a variable to what they read, or make up.
const FILLING: &[&str] =
    &["read", "mapfile", "readarray", "getopts", "printf", "wait", "vared", "zparseopts", "sysread", "zstat"];

/// Builtins that make a variable another name of one.
const REFERRING: &[&str] = &["declare", "typeset", "local", "nameref"];

/// A name without its index: `BASH_ALIASES[q]`.
fn bare(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

/// Whether a variable says what runs.
fn matters(name: &str) -> bool {
    let name = bare(name);
    name == "PATH" || is_code(name) || is_unread(name)
}

/// The same of an option that may have such a name attached: `-vPATH`, `-raPATH`.
fn has_attached(option: &str) -> bool {
    let option = bare(option);
    let ends = |name: &&&str| option.ends_with(**name);
    option.starts_with('-')
        && [&["PATH"], CODE, CODE_ENDS, UNREAD].into_iter().flatten().any(|name| ends(&name))
}

/// `${NAME:=VALUE}` sets it, too; `${!x=VALUE}` whatever `x` names.
pub(in crate::command) fn set_if_empty(inside: &str, found: &mut Found) {
    let name = inside.trim_start_matches('!');
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
    let (name, rest) = name.split_at_checked(end).unwrap_or_default();
    let rest = match rest.strip_prefix('[') {
        Some(index) => index.split_once(']').map_or("", |(_, rest)| rest),
        None => rest,
    };
    let Some(value) = rest.trim_start_matches(':').strip_prefix('=') else { return };
    if inside.starts_with('!') {
        found.opaque(Why::Code);
    }
    let known = !value.contains(['$', '`', '\\', '\'', '"', '~', '<', '>']);
    let value = if known { Word::text(value) } else { Word::unknown().whole() };
    set(name, &value, "", found);
}

/// Where a shell counts, it may set a variable: to a number, which is the name of a file, too.
pub(in crate::command) fn counted(expression: &str, found: &mut Found) {
    let names = expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    if names.into_iter().any(matters)
        && (expression.contains('=') || expression.contains("++") || expression.contains("--"))
    {
        found.opaque(Why::Code);
    }
}

/// Builtins that take names of variables, or sums of them.
const NAMING: &[&str] = &[
    "let", "read", "printf", "set", "unset", "test", "[", "[[", "declare", "typeset", "local", "export",
    "readonly", "wait", "getopts",
];

/// A builtin is told a name: what is substituted in its index runs, though it stands in quotes.
pub(in crate::command) fn named(program: &str, args: &[Word], found: &mut Found) {
    if NAMING.contains(&program) && args.iter().any(is_index) {
        found.opaque(Why::ExpandedTwice);
    }
    // Without quotes an index is a pattern of files: it stands behind the head.
    let says = |word: &Word| matters(word.head()) || has_attached(word.head());
    if FILLING.contains(&program) && args.iter().any(says) || refers(program, args) {
        found.opaque(Why::Code);
    }
    if program == "let" {
        args.iter().filter_map(Word::literal).for_each(|expression| counted(expression, found));
    }
}

/// `declare -n NAME=OTHER`: what sets the one sets the other. Without a value, the next one names it.
fn refers(program: &str, args: &[Word]) -> bool {
    let is_option = |word: &Word| word.is_option() == Some(true);
    let asks = |word: &Word| is_option(word) && word.head().contains('n');
    if !REFERRING.contains(&program) || !(program == "nameref" || args.iter().any(asks)) {
        return false;
    }
    let harmless = |word: &Word| {
        let other = word.literal().and_then(|text| text.split_once('=')).map(|(_, other)| other);
        other.is_some_and(|other| !other.is_empty() && !matters(other))
    };
    args.iter().filter(|word| !is_option(word)).any(|word| !harmless(word))
}

/// Whether a text has an index in which something is substituted: where a shell counts, it runs that.
pub(in crate::command) fn is_index(word: &Word) -> bool {
    let known = |piece: &Piece| match piece {
        Piece::Text(text) | Piece::Glob(text) | Piece::Tilde(text) => Some(text.clone()),
        Piece::Unknown | Piece::Split => None,
    };
    let text: String = word.pieces().iter().filter_map(known).collect();
    text.split_once('[').is_some_and(|(_, index)| index.contains("$(") || index.contains('`'))
}

/// Whether programs are looked for where they were before, and only then elsewhere.
fn extends(source: &str) -> bool {
    ["PATH=$PATH", "PATH=\"$PATH", "PATH=${PATH}", "PATH=\"${PATH}"].iter().any(|form| source.contains(form))
}
