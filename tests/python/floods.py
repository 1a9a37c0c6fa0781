"""Clients that mean no good, one kind each: `floods.py INPUT KIND`. Prints what became of it."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

import paramiko
from paramiko.message import Message

from common import LOGIN, transport

KIND = sys.argv[2]
CUT = "cut off"


def send(link, number, *fields):
    """A message as it stands: integers, bytes and booleans in the order of the protocol."""
    message = Message()
    message.add_byte(bytes([number]))
    for field in fields:
        if isinstance(field, bool):
            message.add_boolean(field)
        elif isinstance(field, int):
            message.add_int(field)
        else:
            message.add_string(field)
    link._send_user_message(message)


def until_cut(link, step, limit=60):
    """Takes a step again and again until the connection ends, for a while at most. Returns the steps."""
    steps, end = 0, time.time() + limit
    try:
        while link.is_active() and time.time() < end:
            step(steps)
            steps += 1
    except (OSError, EOFError, paramiko.SSHException):
        pass
    end = time.time() + 20
    while link.is_active() and time.time() < end:
        time.sleep(0.05)
    return steps


def alive(link):
    """Does the connection still serve a channel?"""
    channel = link.open_session(timeout=30)
    channel.settimeout(30)
    channel.exec_command("echo alive")
    return channel.makefile("rb").read().decode().strip()


def env(link):
    """Variables before the start, which were kept for a minute."""
    channels = [link.open_session(timeout=30) for _ in range(20)]
    for turn in range(2000):
        for channel in channels:
            name = f"LC_{turn}".encode()
            send(link, 98, channel.remote_chanid, b"env", False, name, b"x" * 1000)
        time.sleep(0.001)
    for channel in channels:
        channel.close()
    return alive(link)


def stalled(link):
    """A program that reads nothing, and its standard input."""
    channel = link.open_session(timeout=30)
    channel.settimeout(30)
    channel.exec_command("echo up; sleep 120")
    channel.recv(3)
    return channel


def empty(link):
    """Packets without a byte, by turns of two kinds: they cost no window."""
    channel = stalled(link)
    for _ in range(250_000):
        send(link, 94, channel.remote_chanid, b"")
        send(link, 95, channel.remote_chanid, 1, b"")
    return alive(link)


def turns(link):
    """A byte each, by turns of two kinds."""
    channel = stalled(link)
    for _ in range(250_000):
        send(link, 94, channel.remote_chanid, b"i")
        send(link, 95, channel.remote_chanid, 1, b"e")
    return alive(link)


def extended(link):
    """What no program reads, as fast as it is taken."""
    channel = stalled(link)
    channel.settimeout(60)
    for _ in range(1600):
        channel.sendall_stderr(b"e" * 30_000)
    return alive(link)


def denied(link):
    """A name that cannot be one, again and again."""

    def step(_):
        channel = link.open_session(timeout=30)
        channel.settimeout(30)
        channel.exec_command("id")
        channel.recv_exit_status()
        channel.close()

    steps = until_cut(link, step)
    return f"{CUT} after {steps}" if not link.is_active() else "still there"


def requests(link):
    """Global requests: some that are refused with a row, many that nobody knows."""
    for _ in range(50_000):
        send(link, 80, b"nobody@knows", False)
    steps = until_cut(link, lambda _: (send(link, 80, b"tcpip-forward", False, b"", 0), time.sleep(0.002)))
    return f"{CUT} after {steps}" if not link.is_active() else "still there"


def channels(link):
    """Channels, opened and closed: each runs a command of the console."""
    opened, end = 0, time.time() + 20
    while time.time() < end and opened < 3000:
        some = [link.open_session(timeout=60) for _ in range(20)]
        for channel in some:
            channel.exec_command("whoami")
        for channel in some:
            channel.settimeout(5)
            try:
                channel.recv_exit_status()
            except (OSError, paramiko.SSHException):
                pass
            channel.close()
        opened += len(some)
    return f"opened {opened}"


def zeros(link):
    """Zero bytes, six characters each in a recording: on a terminal without an end, and without one."""
    plain = link.open_session(timeout=30)
    plain.settimeout(60)
    plain.exec_command("head -c 67108864 /dev/zero")
    got = 0
    while data := plain.recv(1 << 16):
        got += len(data)
    terminal = link.open_session(timeout=30)
    terminal.settimeout(60)
    terminal.get_pty()
    terminal.exec_command("cat /dev/zero")
    last = b""
    while data := terminal.recv(1 << 16):
        last = (last + data)[-400:]
    return f"{got} {last.replace(bytes(1), b'').decode(errors='replace').strip()}"


def guess(worker):
    """Some logins that fail, one connection after the other. Returns how many."""
    tried = 0
    for _ in range(4):
        link = paramiko.Transport((LOGIN["host"], LOGIN["port"]))
        link.start_client(timeout=30)
        for _ in range(8):
            try:
                link.auth_password(f"mallory-{worker}", "x", fallback=False)
            except paramiko.AuthenticationException:
                tried += 1
            except (paramiko.SSHException, EOFError):
                break
        link.close()
    return tried


def logins(_):
    """Names that nobody has, with passwords that nobody has, side by side."""
    with ThreadPoolExecutor(8) as pool:
        return f"tried {sum(pool.map(guess, range(8)))}"


if KIND == "denied":
    LOGIN["user"] = LOGIN["user"].split("+")[0] + "+" + "A" * 200_000
if KIND == "channels":
    LOGIN["user"] = LOGIN["user"].split("+")[0]
link = None if KIND == "logins" else transport()
print({name: value for name, value in globals().items() if callable(value)}[KIND](link))
sys.stdout.flush()
if link:
    link.close()
