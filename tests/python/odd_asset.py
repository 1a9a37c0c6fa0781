"""An asset that answers early, late and oddly, as its command says: odd_asset.py PORT HOST_KEY.

Every key and every login is accepted. `TERM` says what becomes of a terminal."""

import socket
import sys
import threading
import time

import asyncssh
import paramiko

PORT, HOST_KEY = int(sys.argv[1]), sys.argv[2]
asyncssh.generate_private_key("ssh-ed25519").write_private_key(HOST_KEY)
KEY = paramiko.Ed25519Key.from_private_key_file(HOST_KEY)


class Odd(paramiko.ServerInterface):
    """Answers a request after, or before, or without what belongs to it."""

    def __init__(self, link):
        self.link = link
        self.terminal = False

    def get_allowed_auths(self, username):
        return "publickey"

    def check_auth_publickey(self, username, key):
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_env_request(self, channel, name, value):
        return True

    def check_channel_pty_request(self, channel, term, *_):
        if term == b"early":
            channel.sendall(b"before the terminal\r\n")
        if term == b"late":
            time.sleep(2)
        self.terminal = term != b"refused"
        return self.terminal

    def check_channel_shell_request(self, channel):
        channel.sendall(b"before the shell\n")
        threading.Thread(target=self.shell, args=(channel,), daemon=True).start()
        return True

    def shell(self, channel):
        """Reads lines as a program without a terminal does."""
        channel.sendall(b"terminal\n" if self.terminal else b"no terminal\n")
        line = b""
        while not line.endswith((b"\r", b"\n")):
            got = channel.recv(100)
            if not got:
                return
            line += got
        channel.sendall(b"read " + repr(line).encode() + b"\n")
        self.end(channel, 0)

    @staticmethod
    def end(channel, status):
        channel.send_exit_status(status)
        channel.shutdown_write()
        channel.close()

    def check_channel_exec_request(self, channel, command):
        if command == b"early":
            channel.sendall(b"out before\n")
            channel.sendall_stderr(b"err before\n")
            threading.Thread(target=self.after, args=(channel,), daemon=True).start()
        elif command == b"early-end":
            channel.sendall(b"all of it\n")
            channel.send_exit_status(5)
            channel.shutdown_write()
            threading.Thread(target=self.close, args=(channel,), daemon=True).start()
        elif command == b"unanswered":
            channel.sendall(b"all of it\n")
            self.end(channel, 6)
        elif command == b"late":
            time.sleep(2)
            threading.Thread(target=self.after, args=(channel,), daemon=True).start()
        elif command == b"refused":
            channel.sendall(b"the account has expired\n")
            return False
        elif command == b"login":
            threading.Thread(target=self.login, args=(channel,), daemon=True).start()
        else:
            threading.Thread(target=self.after, args=(channel,), daemon=True).start()
        return True

    def after(self, channel):
        time.sleep(0.3)
        channel.sendall(b"out after\n")
        self.end(channel, 7)

    @staticmethod
    def close(channel):
        time.sleep(0.3)
        channel.close()

    def login(self, channel):
        channel.sendall(self.link.get_username().encode() + b"\n")
        self.end(channel, 0)


def serve(sock):
    link = paramiko.Transport(sock)
    link.add_server_key(KEY)
    try:
        link.start_server(server=Odd(link))
    except (paramiko.SSHException, EOFError):
        return
    kept = []
    while link.is_active():
        channel = link.accept(1)
        if channel is not None:
            kept.append(channel)


LISTENER = socket.create_server(("127.0.0.1", PORT))
while True:
    client, _ = LISTENER.accept()
    threading.Thread(target=serve, args=(client,), daemon=True).start()
