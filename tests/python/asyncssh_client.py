"""asyncssh through the gateway: how programs end, windows, languages, files. Prints what it saw as JSON."""

import asyncio
import json
import os

import asyncssh

from asynclogin import LOGIN, connect


async def sizes(link):
    """The terminal's size before and after it changed."""
    # Printed in pieces, so that the terminal's echo of it is not taken for the answer.
    program = "stty -echo; stty size; read x; stty size"
    async with link.create_process(program, term_type="xterm", term_size=(80, 24)) as process:
        first = (await process.stdout.readline()).strip()
        process.change_terminal_size(132, 50)
        await asyncio.sleep(0.7)
        process.stdin.write("\n")
        second = (await process.stdout.readline()).strip()
    return f"{first}|{second}"


async def main():
    saw = {}
    async with connect() as link:
        done = await link.run("echo out; echo err >&2; exit 7")
        saw.update(out=done.stdout, err=done.stderr, status=done.exit_status)
        done = await link.run("kill -TERM $$")
        saw["signal"] = done.exit_signal[0] if done.exit_signal else f"status {done.exit_status}"
        saw["sizes"] = await sizes(link)
        done = await link.run("echo $LANG", env={"LANG": "zh_CN.UTF-8"})
        saw["lang"] = done.stdout.strip()
        done = await link.run("cat; echo done", input="x")
        saw["half"] = done.stdout.strip()
        there = os.path.join(LOGIN["dir"], "asyncssh-file")
        async with link.start_sftp_client() as sftp:
            async with sftp.open(there, "w") as file:
                await file.write("through sftp")
            async with sftp.open(there) as file:
                saw["back"] = await file.read()
            await sftp.remove(there)
    print(json.dumps(saw))


asyncio.run(asyncio.wait_for(main(), 60))
