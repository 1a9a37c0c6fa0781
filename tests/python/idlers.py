"""Is busy with nothing until the gateway ends it. The second argument is added to the user's name, the third says
with what. Prints whether it ended."""

import sys
import time

import common
import paramiko

REQUEST, DATA = bytes([98]), bytes([94])  # RFC 4254 sections 5.4 and 5.2


def send(link, channel, kind, *fields):
    """One packet on a channel; bytes are a string, a truth value is a boolean."""
    message = paramiko.Message()
    message.add_bytes(kind)
    message.add_int(channel.remote_chanid)
    for field in fields:
        (message.add_boolean if isinstance(field, bool) else message.add_string)(field)
    link._send_user_message(message)


def nudge(link, channel, terminal):
    if terminal:
        channel.resize_pty(80, 24)
    send(link, channel, REQUEST, b"env", False, b"LANG", b"C")
    send(link, channel, DATA, b"")


def started(link, what):
    channel = link.open_session(timeout=20)
    if what != "exec":
        channel.get_pty("xterm", 80, 24)
    if what in ("menu", "menus"):
        channel.invoke_shell()
    else:
        channel.exec_command("sleep 90")
    return channel


def come_to_nothing(link):
    """A channel for nothing, an unknown subsystem and a forward that no rule opens."""
    idle = link.open_session(timeout=20)
    try:
        link.open_session(timeout=20).invoke_subsystem("nothing")
    except paramiko.SSHException:
        pass
    try:
        link.open_channel("direct-tcpip", ("127.0.0.1", 1), ("127.0.0.1", 1), timeout=20)
    except paramiko.SSHException:
        pass
    return idle


def main():
    common.LOGIN["user"] = common.LOGIN["user"].split("+")[0] + sys.argv[2]
    what = sys.argv[3]
    link = common.transport()
    open_ones = [] if what == "channels" else [started(link, what)]
    end = time.monotonic() + 40
    try:
        while time.monotonic() < end and link.is_active():
            if what == "channels":
                open_ones = [come_to_nothing(link)]
            elif what == "menus":
                open_ones = (open_ones + [started(link, what)])[-2:]
            elif open_ones[0].closed:
                break
            else:
                nudge(link, open_ones[0], what != "exec")
            time.sleep(0.5)
    except (paramiko.SSHException, EOFError, OSError):
        pass
    ended = not link.is_active() or (what not in ("channels", "menus") and open_ones[0].closed)
    print("ended" if ended else "goes on")
    link.close()


main()
