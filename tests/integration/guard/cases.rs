//! The ways to come by a command line. `PROG` is the program that may run, or the one that must not; `PA` and
//! `PB` are the halves of its name.

pub struct Case {
    pub name: &'static str,
    /// What makes the ground ready.
    pub before: &'static str,
    pub keys: &'static str,
    /// What ran: the program and its arguments, between bars.
    pub ran: &'static [&'static str],
    /// What leads back to the prompt.
    pub after: &'static str,
}

const ONE: &[&str] = &["PROG|one"];

const fn case(name: &'static str, keys: &'static str, ran: &'static [&'static str]) -> Case {
    Case { name, before: "", keys, ran, after: "" }
}

/// With something to be done before.
const fn upon(
    name: &'static str,
    before: &'static str,
    keys: &'static str,
    ran: &'static [&'static str],
) -> Case {
    Case { name, before, keys, ran, after: "" }
}

/// In every shell.
pub const SHARED: &[Case] = &[
    case("typed", "PROG one<enter>", ONE),
    case("typed slowly", "PA<sleep 40>PB<sleep 40> one<sleep 40><enter>", ONE),
    case("after blanks", "   PROG   one<enter>", ONE),
    case("Ctrl-J for Enter", "PROG one<c-j>", ONE),
    case("a path", "../bin/PROG one<enter>", ONE),
    case("in a list", "true;PROG one<enter>", ONE),
    case("erased", "zz<bs><bs>PROG onx<bs>e<enter>", ONE),
    case("head typed last", "PB one<home>PA<enter>", ONE),
    case("arrows", "PAxPB one<left><left><left><left><left><left><bs><enter>", ONE),
    case("arrows back and forth", "PROG oe<left><right><left>n<enter>", ONE),
    case("Ctrl-A", "one<c-a>PROG <enter>", ONE),
    case("Ctrl-E", "PROG<c-a><c-e> one<enter>", ONE),
    case("Ctrl-K", "PROG one two<left><left><left><left><c-k><enter>", ONE),
    case("Ctrl-U", "echo no<c-u>PROG one<enter>", ONE),
    case("Ctrl-W", "PROG one two<c-w><bs><enter>", ONE),
    case("Ctrl-U and Ctrl-Y", "PROG one<c-u><sleep 30><c-y><enter>", ONE),
    case("Ctrl-D in the line", "PROGx one<home><right><right><right><right><c-d><enter>", ONE),
    case("Delete", "xPROG one<home><del><enter>", ONE),
    case("Alt-B", "PROG two<a-b>one <enter>", &["PROG|one|two"]),
    case("Alt-U", "PROG one<a-b><a-u><enter>", &["PROG|ONE"]),
    case("completion", "PROG uniq<tab><enter>", &["PROG|unique-name"]),
    case("completion at once typed on", "PROG uniq<tab>x<enter>", &["PROG|unique-name|x"]),
    case("completion of the program", "../bin/PA<tab>one<enter>", ONE),
    case("wide characters", "PROG 中文参数<enter>", &["PROG|中文参数"]),
    case("wide characters edited", "PROG 中文<left><bs><enter>", &["PROG|文"]),
    case(
        "wide characters over the edge",
        "PROG 居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关<enter>",
        &["PROG|居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关居庸关"],
    ),
    case("a long line", LONG, LONG_RAN),
    case("a long line, head typed last", LONG_LAST, LONG_RAN),
    case("bracketed paste", "<paste>PROG one</paste><enter>", ONE),
    case("bracketed paste of lines", "<paste>true a\nPROG one</paste><enter>", ONE),
    case("bracketed paste, edited", "<paste>PROG oneX</paste><bs><enter>", ONE),
    case("pasted lines", "true a\rPROG one\r", ONE),
    case("more pasted lines", "good a\rPROG one\rgood b\r", &["good|a", "PROG|one", "good|b"]),
    case("pasted lines with blank ones", "\r\rtrue a\r\rPROG one\r\r", ONE),
    case("typed ahead", "sleep 0.4<enter><sleep 100>PROG one<enter>", ONE),
    case("typed ahead, finished later", "sleep 0.3<enter><sleep 100>PA<sleep 500>PB one<enter>", ONE),
    case("typed ahead, two lines", "sleep 0.3<enter><sleep 100>true a<enter>PROG one<enter>", ONE),
    // At once, fish may lose the Ctrl-C.
    case("given up, then typed", "echo no<sleep 50><c-c><sleep 50>PROG one<enter>", ONE),
    case("a program interrupted", "sleep 30<enter><sleep 200><c-c><sleep 100>PROG one<enter>", ONE),
    case("a screen cleared in mid-line", "PROG on<c-l>e<enter>", ONE),
    case(
        "resized in mid-line",
        "PROG one two three four five six seven<size 30x24><sleep 200> eight<enter><sleep 100><size 80x24>",
        &["PROG|one|two|three|four|five|six|seven|eight"],
    ),
    case("a quote over lines", "PROG 'one<enter>two'<enter>", &["PROG|one~two"]),
    case("a pipe over lines", "true |<enter>PROG one<enter>", ONE),
    case("a backslash over lines", "PROG \\<enter>one<enter>", ONE),
    Case {
        name: "a command of an editor",
        before: "vi -u NONE page<enter><sleep 500>",
        keys: ":!PROG one<enter>",
        ran: ONE,
        after: "<sleep 300><enter><sleep 200>:q!<enter><sleep 300>",
    },
    Case {
        name: "a command of a pager",
        before: "less page<enter><sleep 400>",
        keys: "!PROG one<enter>",
        ran: ONE,
        after: "<sleep 300><enter><sleep 200>q<sleep 300>",
    },
    case(
        "the answer to a question",
        "cat > /dev/null<enter><sleep 150>text<enter>more text<enter><c-d><sleep 100>PROG one<enter>",
        ONE,
    ),
];

const LONG: &str = "PROG aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa<enter>";
const LONG_LAST: &str = "PB aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa<home>PA<enter>";
const LONG_RAN: &[&str] = &[
    "PROG|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

/// In shells of the Bourne family.
pub const BOURNE: &[Case] = &[
    case("given up at once", "echo no<c-c>PROG one<enter>", ONE),
    case("a loop over lines", "for x in 1 2; do<enter>PROG one<enter>done<enter>", &["PROG|one", "PROG|one"]),
    case("a here-document", "cat <<EOF > /dev/null<enter>evil text<enter>EOF<enter>PROG one<enter>", ONE),
    case("a here-document pasted", "cat <<EOF > /dev/null\revil text\rEOF\rPROG one\r", ONE),
    case("given up among lines", "echo 'no<enter>no<c-c><sleep 50>PROG one<enter>", ONE),
    case("a password", "read -s x<enter><sleep 150>evil word<enter><sleep 300>PROG one<enter>", ONE),
    case("a list of completions", "PROG amb<tab><tab><sleep 200>1<enter>", &["PROG|ambiguous-1"]),
    case("the last argument", "true one<enter>PROG <a-.><enter>", ONE),
];

pub const BASH: &[Case] = &[
    upon("history", "history -s 'PROG one'<enter>", "<up><enter>", ONE),
    upon("history, further back", "history -s 'PROG one'<enter>true<enter>", "<up><up><enter>", ONE),
    upon("history, there and back", "history -s 'PROG one'<enter>", "<up><up><down><enter>", ONE),
    upon("history, edited", "history -s 'PROG two'<enter>", "<up><bs><bs><bs>one<enter>", ONE),
    upon("history by Ctrl-P", "history -s 'PROG one'<enter>", "<c-p><enter>", ONE),
    upon("a search", "history -s 'PROG sought'<enter>", "<c-r>ough<enter>", &["PROG|sought"]),
    case("Alt-F", "PROG two<home><a-f> one<enter>", &["PROG|one|two"]),
    case("Alt-D", "xx PROG one<home><a-d><del><enter>", ONE),
    Case { name: "Ctrl-O", before: "", keys: "PROG one<c-o>", ran: ONE, after: "<sleep 200><c-c>" },
    Case {
        name: "vi keys",
        before: "set -o vi<enter>",
        keys: "xPROG two<esc><sleep 60>0x<sleep 60>A<bs><bs><bs>one<enter>",
        ran: ONE,
        after: "<sleep 100>set -o emacs<enter>",
    },
    upon(
        "a coloured prompt",
        "PS1='\\[\\e[1;32m\\]\\u@box\\[\\e[0m\\] \\W \\$ '<enter>",
        "PB one<home>PA<enter>",
        ONE,
    ),
    upon("a prompt of two lines", "PS1='[\\w]\\n\\$ '<enter>", "PB one<home>PA<enter>", ONE),
    upon(
        "a prompt of two lines, listed",
        "",
        "PROG amb<tab><tab><tab><sleep 200>1<enter>",
        &["PROG|ambiguous-1"],
    ),
];

pub const ZSH: &[Case] = &[
    upon("history", "print -s 'PROG one'<enter>", "<up><enter>", ONE),
    upon("history, edited", "print -s 'PROG two'<enter>", "<up><bs><bs><bs>one<enter>", ONE),
    upon("a search", "print -s 'PROG sought'<enter>", "<c-r>ough<enter>", &["PROG|sought"]),
    upon("a prepared line", "print -z 'PROG one'<enter>", "<sleep 300><enter>", ONE),
    upon("a prepared line, edited", "print -z 'PROG on'<enter>", "<sleep 300>e<enter>", ONE),
    case("a line put aside", "PROG one<esc>q<sleep 200>true<enter><sleep 300><enter>", ONE),
    case("Alt-A runs and keeps", "PROG one\x1ba<sleep 200><c-c>", ONE),
    case("Alt-Enter", "true<a-enter>PROG one<enter>", ONE),
    upon("a coloured prompt", "PS1='%F{green}%n%f %~ %# '<enter>", "PB one<home>PA<enter>", ONE),
    upon("a right prompt", "RPROMPT='[right]'<enter>", "PB one<home>PA<enter>", ONE),
    upon("a long line under a right prompt", "", LONG, LONG_RAN),
    upon("a prompt of two lines", "PS1=$'[%~]\\n%# '<enter>", "PB one<home>PA<enter>", ONE),
];

pub const FISH: &[Case] = &[
    case("history", "PROG seed<up><sleep 50><enter>", &["PROG|seeded"]),
    case("a suggestion that is not taken", "PROG see<sleep 300><enter>", &["PROG|see"]),
    case("a suggestion that is taken", "PROG seede<sleep 300><end><enter>", &["PROG|seeded"]),
    case("a suggestion of what must not run", "true<sleep 300><enter>PROG one<enter>", ONE),
    case("Alt-Enter", "true<a-enter>PROG one<enter>", ONE),
];
