"""Who holds what, until when, and what was there before: kept in one file, by one process at a time."""

import fcntl
import json
import os
import time
from contextlib import contextmanager
from pathlib import Path

import building
from place import STATE

GRACE = 60 * 60  # For so long, the sweep leaves a request that Sym did not end.
KEPT = 30 * 24 * 60 * 60  # For so long, an ended request is known, and stays ended.


class Refusal(Exception):
    """What a person can put right; the text is for people."""


@contextmanager
def opened():
    """The leases, and a function that saves them. The lock ends with the process, however that ends."""
    Path(STATE).mkdir(parents=True, exist_ok=True)
    file = Path(STATE) / "leases.json"

    def save():
        new = file.with_suffix(".new")
        new.write_text(json.dumps(memory))
        os.replace(new, file)

    with open(f"{STATE}/leases.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        memory = json.loads(file.read_text()) if file.exists() else {"leases": {}, "ended": {}}
        yield memory, save


def escalate(run, person, room, seconds):
    with opened() as (memory, save):
        if run in memory["ended"]:
            raise Refusal("This request has already ended and cannot grant access; request the access again")
        key = f"{person}|{room}"
        if any(run in lease["runs"] for other, lease in memory["leases"].items() if other != key):
            raise Refusal("The id of this request belongs to another person or room; make a new request")
        is_in = building.may_enter(person, room)
        lease = memory["leases"].setdefault(key, {"standing": is_in, "runs": {}})
        lease["standing"] = lease["standing"] and is_in  # Others may have taken it away meanwhile.
        was_open = run in lease["runs"]
        lease["runs"][run] = time.time() + seconds if seconds else None
        try:
            save()  # From here on, the sweep can put right whatever goes wrong.
            if not is_in:
                change(building.let_in, person, room, True)
        except BaseException:  # Sym may never send the end of a request that was answered with an error.
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
    """Ends what nobody ended, and finishes what was left undone; returns how many leases it could not finish."""
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
    """Puts back what was there before the first request, unless another request still needs more."""
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
    """Makes a change; one whose answer was lost may have been made all the same."""
    try:
        make(person, room)
    except building.Failure:
        if building.may_enter(person, room) != wanted:
            raise
