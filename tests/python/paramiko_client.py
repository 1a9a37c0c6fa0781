"""paramiko through the gateway: a command, a shell, files. Prints what it saw as JSON."""

import json
import os
import sys
import time

import paramiko

from common import LOGIN, transport

link = transport(*sys.argv[2:3])
saw = {}

channel = link.open_session(timeout=30)
channel.settimeout(30)
channel.exec_command("echo out; echo err >&2; exit 7")
saw["status"] = channel.recv_exit_status()
saw["out"] = channel.makefile("rb").read().decode()
saw["err"] = channel.makefile_stderr("rb").read().decode()

sftp = paramiko.SFTPClient.from_transport(link)
there = os.path.join(LOGIN["dir"], "paramiko-file")
with sftp.open(there, "w") as file:
    file.write("through sftp")
assert "paramiko-file" in sftp.listdir(LOGIN["dir"])
with sftp.open(there) as file:
    saw["back"] = file.read().decode()
sftp.remove(there)

shell = link.open_session(timeout=30)
shell.settimeout(30)
shell.get_pty(term="xterm", width=80, height=24)
shell.invoke_shell()
shell.sendall(b"echo sum-$((40+2))\r")
shown = b""
end = time.time() + 30
while b"sum-42" not in shown and time.time() < end:
    shown += shell.recv(4096)
saw["shell"] = "sum-42" if b"sum-42" in shown else shown.decode(errors="replace")
link.close()
print(json.dumps(saw))
