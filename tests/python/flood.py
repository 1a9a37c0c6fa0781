"""A client that sends on when its window is used up. Says whether the gateway cut it off."""

import sys
import time

from common import transport

link = transport()
channel = link.open_session(timeout=30)
channel.settimeout(10)
channel.exec_command("sleep 60")
piece = b"x" * 30_000
sent = 0
try:
    end = time.time() + 25
    while link.is_active() and time.time() < end and sent < 1 << 28:
        channel.out_window_size = 1 << 30
        channel.sendall(piece)
        sent += len(piece)
except (OSError, EOFError) as fault:
    print(type(fault).__name__)
end = time.time() + 5
while link.is_active() and time.time() < end:
    time.sleep(0.05)
print(f"cut off after {sent} bytes" if not link.is_active() else f"still there after {sent} bytes")
sys.stdout.flush()
link.close()
