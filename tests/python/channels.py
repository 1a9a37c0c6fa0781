"""Opens channels until one is refused, then uses one of them. Prints how many were open at once, and whether
that worked."""

import paramiko

from common import transport

link = transport()
channels = []
try:
    while len(channels) < 500:
        channels.append(link.open_session(timeout=10))
except paramiko.SSHException:
    pass
channels = [channel for channel in channels if not channel.closed]
channel = channels[0]
channel.settimeout(20)
channel.exec_command("echo alive")
print(len(channels), channel.makefile("rb").read().decode().strip())
link.close()
