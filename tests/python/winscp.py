"""The requests that WinSCP, rclone and sshfs send for an upload, and some that are no upload.

Prints what of the first failed and what of the second passed."""

import errno
import json
import os
import stat

import paramiko
from paramiko.sftp import CMD_OPEN, SFTP_FLAG_CREATE, SFTP_FLAG_TRUNC, SFTP_FLAG_WRITE

from common import LOGIN, transport

THERE = os.path.join(LOGIN["dir"], "there")
saw = {"failed": [], "passed": []}


def at(name):
    return os.path.join(THERE, name)


def write(sftp, name, mode="w", size=200_000):
    """Opened, written with many requests under way, closed."""
    with sftp.open(name, mode) as file:
        file.set_pipelined(True)
        for _ in range(size // 20_000):
            file.write(b"x" * 20_000)


def works(what, act, *words):
    try:
        act(*words)
    except OSError as error:
        saw["failed"].append(f"{what}: {error}")


def refused(what, act, *words):
    try:
        act(*words)
    except OSError as error:
        if error.errno == errno.EACCES:
            return
        saw["passed"].append(f"{what}: reached the server, which said {error}")
    else:
        saw["passed"].append(what)


link = transport()
sftp = paramiko.SFTPClient.from_transport(link)
sftp.get_channel().settimeout(30)

# WinSCP 6: looks, writes to a temporary name, stamps it by path, renames it, and looks again.
sftp.normalize(".")
sftp.listdir(THERE)
for name in ("big", "big.filepart"):
    try:
        sftp.lstat(at(name))
    except FileNotFoundError:
        pass
works("winscp: write", write, sftp, at("big.filepart"))
works("winscp: stamp", sftp.utime, at("big.filepart"), (1_000_000_000, 1_000_000_000))
works("winscp: chmod", sftp.chmod, at("big.filepart"), 0o640)
works("winscp: rename", sftp.rename, at("big.filepart"), at("big"))
works("winscp: stamp once more", sftp.utime, at("big"), (1_000_000_000, 1_000_000_000))
saw["mtime"] = str(int(sftp.stat(at("big")).st_mtime))

# rclone: a partial name, posix-rename over what is there, the time by path; a failed one is taken away.
works("rclone: first", write, sftp, at("small"), "w", 20_000)
works("rclone: partial", write, sftp, at("small.12345678.partial"), "w", 20_000)
works("rclone: over", sftp.posix_rename, at("small.12345678.partial"), at("small"))
works("rclone: stamp", sftp.utime, at("small"), (1_000_000_000, 1_000_000_000))
works("rclone: given up", write, sftp, at("gone.partial"), "w", 20_000)
works("rclone: remove", sftp.remove, at("gone.partial"))

# sshfs: cp -p and install: made exclusively, then owner, mode and time by path.
works("sshfs: create", write, sftp, at("kept"), "wx", 20_000)
works("sshfs: chown", sftp.chown, at("kept"), os.getuid(), os.getgid())
works("sshfs: chmod", sftp.chmod, at("kept"), 0o600)
works("sshfs: utime", sftp.utime, at("kept"), (1, 1))
works("sshfs: truncate", sftp.truncate, at("kept"), 10)
works("mkdir", sftp.mkdir, at("made"))
works("mkdir: chmod", sftp.chmod, at("made"), 0o700)
works("mkdir: below", write, sftp, at("made/below"), "w", 20_000)
works("dots", write, sftp, at("made/./rel"), "w", 0)
works("the same name", sftp.chmod, at("made//rel"), 0o600)

# What others made.
for act in (sftp.remove, lambda name: sftp.chmod(name, 0o777), lambda name: sftp.utime(name, (1, 1))):
    refused("others' file", act, at("others"))
refused("others' file renamed", sftp.rename, at("others"), at("mine"))
refused("others' file renamed over", sftp.posix_rename, at("others"), at("big"))
refused("others' directory removed", sftp.rmdir, at("yard"))
refused("others' directory stamped", sftp.chmod, at("yard"), 0o777)
refused("a directory renamed", sftp.rename, at("made"), at("moved"))
refused("what stands above renamed", sftp.rename, THERE, THERE + ".old")
refused("a link made", sftp.symlink, at("others"), at("linked"))
# By other names.
refused("by ..", sftp.remove, at("yard/../kept"))
refused("by .. to others'", sftp.remove, at("made/../others"))
refused("by a link", sftp.remove, at("link/kept"))
refused("in another case", sftp.remove, at("KEPT"))
refused("by a relative name", sftp.remove, os.path.relpath(at("kept"), sftp.normalize(".")))
# By what failed: the name is there already, or is no file.
for name, mode in (("others", "wx"), ("yard", "w")):
    try:
        sftp.open(at(name), mode)
        saw["passed"].append(f"{name} was opened as new")
    except OSError:
        pass
    refused("after a failed open", sftp.remove, at(name))
try:
    sftp.mkdir(at("yard"))
except OSError:
    pass
refused("after a failed mkdir", sftp.rmdir, at("yard"))
# Appended to: what others wrote is in it, and it is neither stamped nor taken away, by its name or its handle.
with sftp.open(at("others"), "a") as file:
    for what, act in (
        ("mode", lambda: file.chmod(0o777)),
        ("owner", lambda: file.chown(1, 1)),
        ("times", lambda: file.utime((1, 1))),
    ):
        refused(f"{what} set by the handle of what was there", act)
refused("stamped where written", sftp.chmod, at("others"), 0o777)
refused("removed where written", sftp.remove, at("others"))
refused("renamed where written", sftp.rename, at("others"), at("mine"))
# By the handle of what was made here, as sftp's `put -p` does; opened again, too.
with sftp.open(at("stamped"), "w") as file:
    file.write(b"x" * 20)
    for act in (lambda: file.chmod(0o640), lambda: file.utime((1, 1)), lambda: file.truncate(10)):
        works("stamped by its handle", act)
with sftp.open(at("stamped"), "a") as file:
    works("stamped when it was opened again", file.chmod, 0o600)
# Bits that lend rights: not when it is made, and not afterwards.
for bits in (0o4755, 0o2755, 0o1777, 0o6777):
    refused(f"a directory made with {bits:o}", sftp.mkdir, at("lent"), bits)
    refused(f"{bits:o} on what was made", sftp.chmod, at("kept"), bits)
    refused(f"{bits:o} on a directory that was made", sftp.chmod, at("made"), bits)
    given = paramiko.SFTPAttributes()
    given.st_mode = bits
    opening = (CMD_OPEN, at("lent"), SFTP_FLAG_WRITE | SFTP_FLAG_CREATE | SFTP_FLAG_TRUNC, given)
    refused(f"a file made with {bits:o}", sftp._request, *opening)
# By another channel, of the same connection.
other = paramiko.SFTPClient.from_transport(link)
other.get_channel().settimeout(30)
refused("another channel's", other.remove, at("kept"))

assert stat.S_IMODE(sftp.stat(at("kept")).st_mode) == 0o600
link.close()
print(json.dumps(saw))
