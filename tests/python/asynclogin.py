"""An asyncssh connection that answers both factors."""

import json
import sys

import asyncssh

with open(sys.argv[1], encoding="utf-8") as file:
    LOGIN = json.load(file)


class Client(asyncssh.SSHClient):
    """Gives the code when it is asked for."""

    def kbdint_auth_requested(self):
        return ""

    def kbdint_challenge_received(self, name, instructions, lang, prompts):
        return [LOGIN["password"] if "assword" in prompt else LOGIN["code"] for prompt, _echo in prompts]


def connect(client=Client, patience=30):
    """With key and code; the host key is checked."""
    place = f"[{LOGIN['host']}]:{LOGIN['port']}"
    known = asyncssh.import_known_hosts(f"{place} {LOGIN['host_key']}\n")
    return asyncssh.connect(
        LOGIN["host"],
        LOGIN["port"],
        username=LOGIN["user"],
        client_keys=[LOGIN["key"]],
        client_factory=client,
        known_hosts=known,
        config=None,
        agent_path=None,
        login_timeout=patience,
    )
