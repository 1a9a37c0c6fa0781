"""Changes the journal behind the gateway's back: tamper.py DATABASE FROM TO; with FROM empty the third row goes."""

import sqlite3
import sys

path, before, after = sys.argv[1:]
with sqlite3.connect(path) as database:
    if before:
        changed = database.execute(
            "UPDATE journal SET body = replace(body, ?, ?) WHERE instr(body, ?) > 0", (before, after, before)
        )
    else:
        changed = database.execute("DELETE FROM journal WHERE seq = 3")
    assert changed.rowcount > 0, "nothing was changed"
