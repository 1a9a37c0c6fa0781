"""Holds the write lock of an SQLite database: hold_database.py FILE SECONDS."""

import sqlite3
import sys
import time

database = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
database.execute("ROLLBACK")
