"""An asset that tells which signals it gets, on the channel and on its standard output:
asyncssh_asset.py PORT HOST_KEY AUTHORIZED_KEYS."""

import asyncio
import sys

import asyncssh

PORT, HOST_KEY, AUTHORIZED_KEYS = int(sys.argv[1]), sys.argv[2], sys.argv[3]


async def session(process):
    process.stdout.write("ready\n")
    while True:
        try:
            if not await process.stdin.readline():
                break
        except asyncssh.SignalReceived as received:
            print(received.signal, flush=True)
            process.stdout.write(received.signal + "\n")
    process.exit(0)


async def main():
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(HOST_KEY)
    await asyncssh.listen(
        "127.0.0.1",
        PORT,
        server_host_keys=[HOST_KEY],
        authorized_client_keys=AUTHORIZED_KEYS,
        process_factory=session,
    )
    await asyncio.Event().wait()


asyncio.run(main())
