"""What the scripts share: the input file of a test, and a paramiko transport that answers both factors."""

import base64
import json
import sys

import paramiko

with open(sys.argv[1], encoding="utf-8") as file:
    LOGIN = json.load(file)


def answer(_title, _instructions, prompts):
    """Keyboard-interactive: a password where one is asked for, else the code."""
    return [LOGIN["password"] if "assword" in prompt else LOGIN["code"] for prompt, _echo in prompts]


def transport(method="key"):
    """A connection that has proven both factors, to a gateway whose host key was checked."""
    link = paramiko.Transport((LOGIN["host"], LOGIN["port"]))
    link.banner_timeout = link.auth_timeout = 30
    link.start_client(timeout=30)
    expected = base64.b64decode(LOGIN["host_key"].split()[1])
    if link.get_remote_server_key().asbytes() != expected:
        sys.exit("the gateway's host key is not the expected one")
    user = LOGIN["user"]
    if method == "key":
        left = link.auth_publickey(user, paramiko.Ed25519Key.from_private_key_file(LOGIN["key"]))
    else:
        left = link.auth_password(user, LOGIN["password"], fallback=False)
    if left != ["keyboard-interactive"]:
        sys.exit(f"after the first factor the gateway asks for {left}")
    if link.auth_interactive(user, answer):
        sys.exit("the code was not enough")
    return link
