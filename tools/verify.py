#!/usr/bin/env python3
"""Checks Juyong's journal as docs/evidence.md says, without any code of Juyong: Python, and openssl for the signatures.

    verify.py journal DATABASE [--key KEY]     rows, chain, tree, checkpoints and keys of a copy of juyong.db
    verify.py proof FILE --key KEY [--key …]   one row, by what `juyong audit proof` printed
    verify.py checkpoint FILE --key KEY        one checkpoint

KEY is what `juyong audit keys` prints: of the first two the key that was written down at set-up is best. A proof and a checkpoint
take the key of their epoch. Exit 0: all holds; 1: it does not, a line a fault.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

ED25519_DER = bytes.fromhex("302a300506032b6570032100")  # what stands before a public key in DER (RFC 8410)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf(entry):
    return sha256(b"\0", entry)


def node(left, right):
    return sha256(b"\1", left, right)


class Key:
    """NAME+ID+KEY, as C2SP signed-note writes it."""

    def __init__(self, text):
        self.name, ident, key = text.strip().split("+", 2)
        raw = base64.b64decode(key, validate=True)
        if raw[:1] != b"\1" or len(raw) != 33:
            raise ValueError("not an Ed25519 key")
        self.public = raw[1:]
        self.id = sha256(self.name.encode(), b"\n", raw)[:4]
        if self.id.hex() != ident:
            raise ValueError("the key's id is not its own")

    def __eq__(self, other):
        return isinstance(other, Key) and (self.name, self.public) == (other.name, other.public)

    def names_its_log(self):
        return self.name == "juyong.log/" + sha256(self.public).hex()[:16]

    def verifies(self, text, signature):
        with tempfile.TemporaryDirectory() as folder:
            paths = {name: pathlib.Path(folder, name) for name in ("key", "text", "signature")}
            for name, data in (("key", ED25519_DER + self.public), ("text", text), ("signature", signature)):
                paths[name].write_bytes(data)
            command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", paths["key"],
                       "-in", paths["text"], "-sigfile", paths["signature"]]
            return subprocess.run(command, capture_output=True, check=False).returncode == 0


class Checkpoint:
    """A signed note of six lines."""

    def __init__(self, note):
        text, _, below = note.rpartition("\n\n")
        self.text = text + "\n"
        origin, size, root, profile, self.time, number = text.split("\n")
        if profile != "profile standard" or not number.startswith("number "):
            raise ValueError("not a checkpoint that this program knows")
        self.origin, self.size, self.number = origin, int(size), int(number.removeprefix("number "))
        self.root = base64.b64decode(root, validate=True)
        self.signatures = []
        for line in below.splitlines():
            dash, name, signature = line.split(" ")
            raw = base64.b64decode(signature, validate=True)
            if dash != "\N{EM DASH}":
                raise ValueError("not a signature")
            self.signatures.append((name, raw[:4], raw[4:]))

    def is_signed_by(self, key):
        own = [raw for name, ident, raw in self.signatures if (name, ident) == (key.name, key.id)]
        return bool(own) and all(key.verifies(self.text.encode(), raw) for raw in own)


class Tree:
    """Grows by a leaf; keeps the roots of the complete subtrees, the largest first."""

    def __init__(self):
        self.size, self.peaks = 0, []

    def push(self, value):
        rest = self.size
        while rest & 1:
            value, rest = node(self.peaks.pop(), value), rest >> 1
        self.peaks.append(value)
        self.size += 1

    def root(self):
        if not self.peaks:
            return sha256()
        value = self.peaks[-1]
        for left in reversed(self.peaks[:-1]):
            value = node(left, value)
        return value


def root_of_proof(value, index, size, hashes):
    """RFC 9162 §2.1.3.2; None where the proof does not fit."""
    at, last = index, size - 1
    for other in hashes:
        if last == 0:
            return None
        if at & 1 or at == last:
            value = node(other, value)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            value = node(value, other)
        at, last = at >> 1, last >> 1
    return value if last == 0 else None


class Log:
    """One log's keys, in the order in which rows name them."""

    def __init__(self, key, trusted):
        self.key, self.trusted, self.next, self.number = key, trusted, None, 1


class Journal:
    def __init__(self, database, pinned):
        self.database = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        self.database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        self.pinned, self.met = pinned, False
        self.logs, self.faults, self.proven, self.agreed = {}, [], None, 0

    def fault(self, what, which):
        self.faults.append(f"{what} {which}")

    def check(self):
        tree, before, expected = Tree(), bytes(32), 1
        checkpoints = self.database.execute("SELECT note, number FROM log_checkpoint ORDER BY size, id")
        coming = checkpoints.fetchone()
        for seq, body, stored in self.database.execute("SELECT seq, body, hash FROM journal ORDER BY seq"):
            if seq != expected:
                self.fault("row-missing" if seq > expected else "row-before-first", f"{expected}-{seq - 1}")
            elif sha256(before, body.encode()) != stored:
                self.fault("row-altered", seq)
            before, expected = stored, seq + 1
            tree.push(leaf(body.encode()))
            self.row(seq, body)
            while coming and self.checkpoint(coming, tree):
                coming = checkpoints.fetchone()
        while coming:
            self.checkpoint(coming, None)
            coming = checkpoints.fetchone()
        if self.pinned and not self.met:
            self.fault("log-key-unknown", self.pinned.name)
            self.proven = None
        return tree.size

    def row(self, seq, body):
        if '"log-key"' not in body:
            return
        try:
            said = json.loads(body)
            if said["event"] != "log-key":
                return
            key = Key(said["key"])
        except (ValueError, KeyError):
            return self.fault("log-key-altered", seq)
        if said["cause"] in ("first", "lost"):
            first, pinned = not self.logs, key == self.pinned
            self.met |= pinned
            if key.names_its_log() and key.name not in self.logs:
                self.logs[key.name] = Log(key, pinned or (first and not self.pinned))
            if not first and not self.pinned:
                self.fault("log-key-unvouched", seq)
        elif key.name not in self.logs or self.logs[key.name].next:
            self.fault("log-key-unvouched", seq)
        else:
            self.logs[key.name].next = (seq, key)

    def checkpoint(self, row, tree):
        """False where the tree has not come so far."""
        note, number = row
        try:
            said = Checkpoint(note)
        except (ValueError, IndexError):
            self.fault("checkpoint-altered", number)
            return True
        if tree and said.size > tree.size:
            return False
        believed = self.signed(said)
        if believed is None:
            self.fault("checkpoint-forged", said.number)
        elif tree is None:
            self.fault("rows-cut", f"up to {said.size}")
        elif said.size != tree.size or said.root != tree.root():
            self.fault("checkpoint-contradicted", f"{said.number}: rows {self.agreed + 1}-{said.size}")
        else:
            self.agreed = said.size
            if believed:
                self.proven = said
        return True

    def signed(self, said):
        """Whether the key is believed; None where it is not the log's."""
        log = self.logs.get(said.origin)
        if log is None:
            return None
        due = log.next and log.next[0] <= said.size
        own = said.is_signed_by(log.key)
        if not own and not (due and said.is_signed_by(log.next[1])):
            return None
        if said.number > log.number:
            self.fault("checkpoint-missing", f"{log.number}-{said.number - 1}")
        log.number, believed = said.number + 1, log.trusted
        if due:
            if not own:
                self.fault("log-key-unvouched", log.next[0])
            pinned = log.next[1] == self.pinned
            self.met |= pinned
            log.key, log.trusted, log.next = log.next[1], pinned or (log.trusted and own), None
        return believed if own else log.trusted


def journal(arguments):
    check = Journal(arguments.database, arguments.key[0] if arguments.key else None)
    rows = check.check()
    for fault in check.faults:
        print(fault)
    proven = check.proven
    if proven:
        print(f"rows 1-{proven.size} are proven by checkpoint {proven.number}; unproven behind it: {rows - proven.size}")
    else:
        print(f"no checkpoint proves any of {rows} rows")
    return not check.faults


def signed_by_one(said, keys):
    good = any(said.is_signed_by(key) for key in keys)
    print("the checkpoint is signed by a key that was given" if good else "the checkpoint is not signed by a key that was given")
    return good


def proof(arguments):
    head, _, note = pathlib.Path(arguments.file).read_text(encoding="utf-8").partition("\n\n")
    version, extra, index, *hashes = head.split("\n")
    if version != "c2sp.org/tlog-proof@v1":
        sys.exit("this is not a tlog-proof")
    entry = base64.b64decode(extra.removeprefix("extra "), validate=True)
    hashes = [base64.b64decode(value, validate=True) for value in hashes]
    said = Checkpoint(note)
    root = root_of_proof(leaf(entry), int(index.removeprefix("index ")), said.size, hashes)
    print(entry.decode())
    if root != said.root:
        print("the row is not in the checkpoint's tree")
        return False
    return signed_by_one(said, arguments.key)


def checkpoint(arguments):
    return signed_by_one(Checkpoint(pathlib.Path(arguments.file).read_text(encoding="utf-8")), arguments.key)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(required=True)
    for name, run, what, needed in (("journal", journal, "database", False), ("proof", proof, "file", True),
                                    ("checkpoint", checkpoint, "file", True)):
        kind = kinds.add_parser(name)
        kind.add_argument(what)
        kind.add_argument("--key", type=Key, action="append", required=needed)
        kind.set_defaults(run=run)
    arguments = parser.parse_args()
    sys.exit(0 if arguments.run(arguments) else 1)


if __name__ == "__main__":
    main()
