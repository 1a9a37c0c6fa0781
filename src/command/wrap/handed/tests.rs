//! attack: the command reader. What programs are handed to run by their options and arguments, kind by kind.

use super::super::tests::check;
use crate::command::Place;

#[test]
fn a_command_stands_behind_their_words() {
    check(
        Place::Exec,
        &[
            ("setarch -R a", "setarch a"),
            ("setarch -R x86_64 a", "setarch x86_64 a"),
            ("setarch -R", "setarch ?"),
            ("setarch --list", "setarch"),
            ("setarch x86_64 -R a", "setarch a"),
            ("setarch \"$x\" a", "setarch a ?"),
            ("linux64 -R a", "linux64 a"),
            ("linux32 a b", "linux32 a"),
            ("i386", "i386 ?"),
            ("aarch64 a", "aarch64 a"),
            ("time -f x a", "time a"),
            ("time -p a", "time a"),
            ("time -o x -v a b", "time a"),
            ("time -- a", "time a"),
            ("time --unheard-of a b", "time a ?"),
            ("! time -f x a | b", "time a b"),
            ("uclampset -m 0 -M 9 a", "uclampset a"),
            ("uclampset -p 42", "uclampset"),
            ("coresched new -- a", "coresched a"),
            ("coresched new -t pid -- a b", "coresched a"),
            ("coresched copy -s 1 -- a", "coresched a"),
            ("coresched get", "coresched"),
            ("coresched a b", "coresched ?"),
            ("nano -s 'a x' f", "nano a"),
            ("nano --speller='a x' f", "nano a"),
            ("enosys -s x a", "enosys a"),
            ("pipesz -s 9 a", "pipesz a"),
            ("timelimit -t 1 a", "timelimit a"),
            ("ifne a", "ifne a"),
            ("ifne -n a", "ifne a"),
            ("lckdo -w /x a", "lckdo a"),
            ("cronic a", "cronic a"),
            ("daemon -- a", "daemon a"),
            ("daemon -n x a", "daemon x ?"),
            ("pee a 'b c; d'", "pee a b d"),
            ("mispipe 'a b' 'c d'", "mispipe a c"),
            ("pee \"$x\"", "pee ?"),
            ("schedtool -B -e a b", "schedtool a"),
            ("schedtool -a 1 42", "schedtool"),
            ("xterm -T x -e a b", "xterm a"),
            ("xterm -e 'a b; c'", "xterm a c"),
            ("gnome-terminal -- a b", "gnome-terminal a"),
            ("xterm $x -e a", "xterm a ?"),
            ("xterm --command=a", "xterm ?"),
            ("rr record a", "rr a"),
            ("rr replay", "rr ?"),
            ("uftrace record a", "uftrace a"),
            ("conda run -n e a b", "conda a"),
            ("mamba run a", "mamba a"),
            ("conda install x", "conda"),
            ("nix-shell --run 'a; b'", "nix-shell a b"),
            ("nix shell nixpkgs#x -c a", "nix a"),
            ("nix run x", "nix ?"),
            ("buildah run x -- a", "buildah a"),
            ("podman exec x a", "podman a"),
            ("podman run i a", "podman a"),
            ("podman unshare a", "podman ?"),
            ("docker run --health-cmd a i b", "docker a b ?"),
            ("flatpak run --command=a x", "flatpak a"),
            ("flatpak enter x a", "flatpak ?"),
            ("gdbserver :1 a", "gdbserver a"),
            ("gdbserver --multi :1", "gdbserver ?"),
            ("gdb --args a", "gdb ?"),
            ("rlwrap -a a", "rlwrap a ?"),
            ("runsv /x", "runsv ?"),
            ("login -f x", "login ?"),
            ("srun a", "srun ?"),
            ("apptainer exec x a", "apptainer ?"),
            ("uv run a", "uv ?"),
        ],
    );
}

#[test]
fn an_options_value_is_code() {
    check(
        Place::Exec,
        &[
            ("dpkg --pre-invoke='a b' -i x", "dpkg a"),
            ("dpkg --post-invoke=a -i x", "dpkg a"),
            ("dpkg --pre-invoke 'a; b' -i x", "dpkg a b"),
            ("dpkg --status-logger=a -i x", "dpkg a"),
            ("dpkg -l x", "dpkg"),
            ("dpkg --force-confold -i x", "dpkg"),
            ("mysql --pager='a b' -e x", "mysql a"),
            ("mysql --pag=a", "mysql a"),
            ("aria2c --on-download-complete=a x", "aria2c a ?"),
            ("svn ci --editor-cmd='a b'", "svn a"),
            ("svn diff --diff-cmd a", "svn a"),
            ("svn log -l 5 -v", "svn"),
            ("man --pager='a b' x", "man a"),
            ("man -k x", "man"),
            ("sort --comp=a x", "sort a"),
            ("sort -t, -k2 -rn \"$x\"", "sort"),
            ("tar --to-c a -xf x", "tar a"),
            ("tar -s --to-command=a -xf x", "tar a"),
            ("tar cf x --exclude-vcs y", "tar"),
            ("rsync -av --delete --no-perms --info=progress2 x y", "rsync"),
        ],
    );
}

#[test]
fn an_options_value_is_a_program() {
    check(
        Place::Exec,
        &[
            ("scp -S a x h:y", "scp a"),
            ("sftp -S /bin/a h", "sftp a"),
            ("iptables --modprobe=a -L", "iptables a"),
            ("ip6tables -M x -L", "ip6tables"),
            ("iptables -t nat -A PREROUTING -p tcp --dport 80 -j ACCEPT -m comment --comment x", "iptables"),
            ("install -s --strip-program=a x y", "install a"),
            ("install -d -m 755 -o root x", "install"),
            ("wget --use-askpass=a x", "wget a"),
            ("dnsmasq --dhcp-script=a", "dnsmasq a"),
            ("scp -S \"$x\" y h:z", "scp ?"),
        ],
    );
}

#[test]
fn a_sign_says_that_an_argument_is_a_command() {
    check(
        Place::Exec,
        &[
            ("psql -o '|a b' -c x", "psql a"),
            ("psql '-o|a b' -c x", "psql a"),
            ("psql --output='|a' -c x", "psql a"),
            ("psql -c '\\o |a'", "psql ?"),
            ("psql -c '\\! a'", "psql ?"),
            ("psql -c 'x \\g |a'", "psql ?"),
            ("psql -c '\\echo `a`'", "psql ?"),
            ("psql -v 'PROMPT1=%`a`'", "psql ?"),
            ("psql -At -F, -c 'select 1' -v x=1 db", "psql"),
            ("mysql -e 'x; system a'", "mysql ?"),
            ("mysql -e 'pager a'", "mysql ?"),
            ("mysql -uroot -e 'show databases' --batch --skip-column-names x", "mysql"),
            ("sqlite3 x '.once |a'", "sqlite3 ?"),
            ("sqlite3 x 'select 1'", "sqlite3"),
            ("convert x '|a b'", "convert a"),
            ("convert 'png:|a' x", "convert a"),
            ("convert msl:x y", "convert ?"),
            ("convert x -resize 50% y", "convert"),
            ("strace -o '!a' b", "strace a b"),
            ("strace -o '|a c' b", "strace a b"),
            ("ltrace -o '|a' b", "ltrace |a ?"),
            ("smbclient //h/s -c '!a'", "smbclient ?"),
            ("smbclient //h/s -c 'ls; !a'", "smbclient ?"),
            ("smbclient //h/s -U x -c 'ls'", "smbclient"),
            ("xfs_io -c '!a'", "xfs_io ?"),
            ("xfs_io -c 'stat' x", "xfs_io"),
            ("lftp -c '!a'", "lftp ?"),
            ("sftp h <<E\nls\n!a\nE\n", "sftp ?"),
            ("sftp h <<E\nls\nget x\nE\n", "sftp"),
            ("ftp h <<E\n!a\nE\n", "ftp ?"),
            ("echo x | ftp h", "echo ftp ?"),
            ("gs %pipe%a", "gs ?"),
        ],
    );
}

/// What is a setting is let by where it is known to run nothing.
#[test]
fn a_setting_may_run_something() {
    check(
        Place::Exec,
        &[
            ("ssh -o StrictHostKeyChecking=no -oConnectTimeout=5 h a", "ssh a"),
            ("ssh -o 'ServerAliveInterval 5' h a", "ssh a"),
            ("ssh -o \"User=$x\" h a", "ssh a"),
            ("ssh -o ProxyCommand=x h a", "ssh a ?"),
            ("ssh -o 'proxycommand x' h a", "ssh a ?"),
            ("ssh -o ' ProxyCommand=x' h a", "ssh a ?"),
            ("ssh -o \"$x\" h a", "ssh a ?"),
            ("ssh -o KnownHostsCommand=x h a", "ssh a ?"),
            ("ssh -o UnheardOf=x h a", "ssh a ?"),
            ("ssh h -o PermitLocalCommand=yes a", "ssh a ?"),
            ("ssh h -F x a", "ssh a ?"),
            ("scp -o ProxyCommand=x y h:z", "scp ?"),
            ("scp -o Port=22 y h:z", "scp"),
            ("sftp -oProxyCommand=x h", "sftp ?"),
            ("git -c core.sshCommand=a fetch", "git ?"),
            ("git -c core.pager=a log", "git ?"),
            ("git -c alias.x='!a' x", "git ?"),
            ("git -c core.gitProxy=a fetch", "git ?"),
            ("git -c remote.x.uploadpack=a fetch x", "git ?"),
            ("git -c user.name=x -c color.ui=never commit -m y", "git"),
            ("git send-email --sendmail-cmd=a", "git ?"),
            ("git send-email --to-cmd a", "git ?"),
            ("git config submodule.x.update '!a'", "git ?"),
            ("git log --oneline -5", "git"),
            ("svn ls --config-option config:tunnels:t=a svn+t://x", "svn ?"),
            ("apt -o DPkg::Pre-Invoke::=a install x", "apt ?"),
            ("apt-get -o Dpkg::Options::=--force-confold -y install x", "apt-get"),
            ("apt-get -o Acquire::Unheard::Of=a update", "apt-get ?"),
            ("apt-get -o Dpkg::Options::=--pre-invoke=a install x", "apt-get ?"),
            ("apt-get -o \"Dpkg::Options::=$x\" install y", "apt-get ?"),
            ("svn ls --config-option servers:global:ssl-pkcs11-provider=a x", "svn ?"),
            ("wget -e use_askpass=a x", "wget ?"),
            ("wget -e robots=off -q -O - x", "wget"),
        ],
    );
}

/// Deny when in doubt: an option that is in no list may hand on a program.
#[test]
fn an_option_that_is_not_known_is_opaque() {
    check(
        Place::Exec,
        &[
            ("tar --unheard-of=a cf x y", "tar ?"),
            ("tar --to=a xf x", "tar ?"),
            ("sort --unheard-of x", "sort ?"),
            ("rsync --unheard-of=a x y", "rsync ?"),
            ("rsync \"--$x\" y z", "rsync ?"),
            ("curl --unheard-of a x", "curl ?"),
            ("curl -fsSL -o x -H 'A: b' --retry 3 --no-progress-meter https://h", "curl"),
            ("man --unheard-of x", "man ?"),
            ("less -N +F x", "less"),
            ("less --unheard-of=a x", "less ?"),
            ("make -j4 -C x all", "make"),
            ("make --unheard-of=a", "make ?"),
            ("zip -r9 x y -x z", "zip"),
            ("sed -i.bak s/a/b/ x", "sed"),
            ("sed -ibak -f x y", "sed ?"),
            ("dpkg -I x.deb", "dpkg"),
            ("zip --unheard-of=a x y", "zip ?"),
            ("vim -R x", "vim"),
            // Others have more than can be listed; these speak of a program.
            ("certbot renew --deploy-hook a", "certbot ?"),
            ("git x --some-command=a", "git ?"),
            ("openssl x --helper a", "openssl ?"),
            ("unheard-of --pre-exec=a", "unheard-of ?"),
            ("unheard-of --editor-cmd a", "unheard-of ?"),
            ("unheard-of --no-pager", "unheard-of"),
            ("unheard-of --command", "unheard-of"),
            ("unheard-of -x --name=a b", "unheard-of"),
            ("sudo \"--$x\" a", "sudo a ?"),
        ],
    );
    check(
        Place::Terminal,
        &[
            ("tmux ls", "tmux"),
            ("screen -ls", "screen"),
            ("tmux attach -t x", "tmux"),
            ("screen -dr x", "screen"),
        ],
    );
}
