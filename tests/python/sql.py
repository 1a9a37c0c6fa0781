"""Runs statements on the database behind the gateway's back: sql.py DATABASE STATEMENT…"""

import sqlite3
import sys

path, *statements = sys.argv[1:]
database = sqlite3.connect(path, timeout=30)
for statement in statements:
    database.execute(statement)
database.commit()
database.close()
