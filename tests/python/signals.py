"""Sends signals to a program that tells them. Prints what it saw as JSON."""

import asyncio
import json

from asynclogin import connect


async def main():
    received = []
    async with connect() as link, link.create_process("anything") as process:
        assert (await process.stdout.readline()).strip() == "ready"
        for name in ["INT", "USR1", "TERM"]:
            process.send_signal(name)
            received.append((await process.stdout.readline()).strip())
        process.stdin.write_eof()
        await process.wait()
    print(json.dumps({"received": received}))


asyncio.run(asyncio.wait_for(main(), 60))
