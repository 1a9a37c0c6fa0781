"""Passwords for names that nobody has, from thirty addresses: `attempts.py INPUT`. Prints how many were refused."""

import base64
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

import paramiko

from common import LOGIN

ADDRESSES, CONNECTIONS, PASSWORDS = 30, 220, 5


def attempts(number):
    """One connection, and fewer passwords than end it. Returns how many were refused."""
    address = f"127.0.1.{1 + number % ADDRESSES}"
    sock = socket.create_connection((LOGIN["host"], LOGIN["port"]), 60, (address, 0))
    link = paramiko.Transport(sock)
    link.banner_timeout = link.auth_timeout = 120
    refused = 0
    try:
        link.start_client(timeout=120)
        expected = base64.b64decode(LOGIN["host_key"].split()[1])
        if link.get_remote_server_key().asbytes() != expected:
            sys.exit("the gateway's host key is not the expected one")
        for _ in range(PASSWORDS):
            try:
                link.auth_password(f"mallory-{number}", "x", fallback=False)
            except paramiko.AuthenticationException:
                refused += 1
    except (paramiko.SSHException, EOFError, OSError):
        pass  # a machine that is busy with others
    finally:
        link.close()
    return refused


print("begun", flush=True)
with ThreadPoolExecutor(40) as pool:
    print(sum(pool.map(attempts, range(CONNECTIONS))))
