"""One code on many connections: `onecode.py INPUT COUNT SECRET`. All stand at the question, and answer it in one moment,
with the code of the step after that moment's: it is good for a minute or more.

Prints how many got in."""

import asyncio
import base64
import hmac
import struct
import sys
import time

import asyncssh

from asynclogin import connect

COUNT, SECRET = int(sys.argv[2]), base64.b32decode(sys.argv[3])
asked, code, opening = 0, "", asyncio.Semaphore(10)


def totp(step):
    """RFC 6238."""
    digest = hmac.digest(SECRET, struct.pack(">Q", step), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


class Client(asyncssh.SSHClient):
    def __init__(self, everybody, here):
        self.everybody, self.here = everybody, here

    def kbdint_auth_requested(self):
        return ""

    async def kbdint_challenge_received(self, _name, _instructions, _lang, prompts):
        global asked, code
        if not prompts:
            return []
        asked += 1
        self.here.set()
        if asked == COUNT:
            code = totp(int(time.time()) // 30 + 1)
            self.everybody.set()
        await self.everybody.wait()
        return [code]


async def one(everybody):
    here = asyncio.Event()

    async def login():
        return await connect(lambda: Client(everybody, here), 300)

    async with opening:
        connecting = asyncio.ensure_future(login())
        waiting = asyncio.ensure_future(here.wait())
        await asyncio.wait([connecting, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
    try:
        (await connecting).close()
        return True
    except (asyncssh.Error, OSError):
        return False


async def main():
    everybody = asyncio.Event()
    print(sum(await asyncio.gather(*(one(everybody) for _ in range(COUNT)))))


asyncio.run(main())
