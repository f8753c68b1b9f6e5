"""The leases: which run holds which access, until when, and the standing state. One file, one process at a time."""

import fcntl
import json
import os
import time
from contextlib import contextmanager
from pathlib import Path

import building
from place import STATE

GRACE = 60 * 60  # Grace period after expiry before the sweep revokes a request, in seconds.
KEPT = 30 * 24 * 60 * 60  # Retention of ended requests, in seconds: an ended request stays ended.


class Refusal(Exception):
    """An error that a person can correct. The text is for people."""


@contextmanager
def opened():
    """The leases, and a function that saves the leases. The lock is released when the process ends, even by a crash."""
    Path(STATE).mkdir(parents=True, exist_ok=True)
    file = Path(STATE) / "leases.json"

    def save():
        new = file.with_suffix(".new")
        new.write_text(json.dumps(memory))
        os.replace(new, file)

    with open(f"{STATE}/leases.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        memory = read()
        yield memory, save


def read():
    """The leases as they were saved last; a save replaces the file as a whole."""
    file = Path(STATE) / "leases.json"
    return json.loads(file.read_text()) if file.exists() else {"leases": {}, "ended": {}}


def plan(run, person, room):
    """What the escalate of this run would do now. Writes nothing, and takes no lock."""
    memory = read()
    key = f"{person}|{room}"
    refuse_used(memory, run, key)
    is_in = building.may_enter(person, room)
    lease = memory["leases"].get(key, {"standing": is_in, "runs": {}})
    if lease["standing"] and is_in:
        return "already-standing"
    if run in lease["runs"] and is_in:
        return "already-granted"
    return "held-by-other-requests" if lease["runs"] and is_in else "would-grant"


def refuse_used(memory, run, key):
    if run in memory["ended"]:
        raise Refusal("This request has already ended and cannot grant access; request the access again")
    if any(run in lease["runs"] for other, lease in memory["leases"].items() if other != key):
        raise Refusal("The id of this request belongs to another person or room; make a new request")


def escalate(run, person, room, seconds):
    with opened() as (memory, save):
        key = f"{person}|{room}"
        refuse_used(memory, run, key)
        is_in = building.may_enter(person, room)
        lease = memory["leases"].setdefault(key, {"standing": is_in, "runs": {}})
        lease["standing"] = lease["standing"] and is_in  # Others may have revoked the standing access since.
        was_open = run in lease["runs"]
        lease["runs"][run] = time.time() + seconds if seconds else None
        try:
            save()  # From here on, the sweep can roll back every failure.
            if not is_in:
                change(building.let_in, person, room, True)
        except BaseException:  # Sym may send no deescalate for a request that failed.
            if not was_open:
                end(memory, key, run)
                save()
            raise
        return "already-had-access" if lease["standing"] else "granted"


def deescalate(run):
    with opened() as (memory, save):
        ended = memory["ended"].get(run, {"lease": None})
        holding = [key for key, lease in memory["leases"].items() if run in lease["runs"]]
        key = holding[0] if holding else ended["lease"]
        end(memory, key, run)
        save()
        return restore(memory, save, key)


def sweep():
    """Revokes expired access, and finishes interrupted work. Returns the number of failed leases."""
    now = time.time()
    stuck = 0
    with opened() as (memory, save):
        for key, lease in list(memory["leases"].items()):
            for run, expires in list(lease["runs"].items()):
                if expires is not None and expires + GRACE < now:
                    end(memory, key, run)
            save()
            try:
                restore(memory, save, key)
            except building.Failure:
                stuck += 1
        memory["ended"] = {run: one for run, one in memory["ended"].items() if one["at"] + KEPT > now}
        save()
    return stuck


def end(memory, key, run):
    if key in memory["leases"]:
        memory["leases"][key]["runs"].pop(run, None)
    memory["ended"][run] = {"at": time.time(), "lease": key}


def restore(memory, save, key):
    """Restores the standing state, unless another request still holds the access."""
    lease = memory["leases"].get(key)
    if lease is None:
        return "nothing-to-revoke"
    if lease["runs"]:
        return "kept-for-other-request"
    person, room = key.split("|")
    if not lease["standing"] and building.may_enter(int(person), room):
        change(building.shut_out, int(person), room, False)
    del memory["leases"][key]
    save()
    return "kept-standing" if lease["standing"] else "revoked"


def change(make, person, room, wanted):
    """Makes a change. A change whose response was lost may have taken effect."""
    try:
        make(person, room)
    except building.Failure:
        if building.may_enter(person, room) != wanted:
            raise
