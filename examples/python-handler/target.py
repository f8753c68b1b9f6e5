"""The conformance suite's target program: seeds, breaks and reads the building, with one command per line of stdin."""

import json
import shutil
import sys
from pathlib import Path

import building
import leases
from place import STATE

COMMANDS = {
    "describe": lambda _: {
        "can": [
            *("begin", "add-person", "give", "has", "make-ambiguous"),
            *("inject-fault", "calls", "writes", "pass-time"),
        ],
        "settings": {"room": "server-room"},
        "unknown_resource": {"room": "no-such-room"},
        "not_applicable": {
            "renamed": "a room keeps its name",
            "own hand": "people may enter a room or may not",
            "two roles": "people may enter a room or may not",
        },
        "foreign_texts": ["Building office", "The connection to the building office was lost"],
    },
    "begin": lambda _: begin(),
    "add-person": lambda command: add_person(command["person"]),
    "give": lambda command: execute(
        "insert or ignore into access select id, 'server-room' from people where email = ?", command["person"]
    ),
    "has": lambda command: {
        "has": bool(
            building.query(
                "select 1 from people join access on person = id where email = ? and room = 'server-room'",
                command["person"],
            )
        )
    },
    "make-ambiguous": lambda command: add_person(command["person"]),
    "inject-fault": lambda command: execute(
        "replace into faults values (?, ?, ?)", command["step"], command["kind"], command.get("times", -1)
    ),
    "clear-faults": lambda _: execute("delete from faults"),
    "calls": lambda _: {
        "calls": [
            {"step": step, "answered": bool(answered)}
            for step, answered in building.query("select step, answered from calls order by rowid")
        ]
    },
    "writes": lambda _: {"writes": writes()},
    "pass-time": lambda command: pass_time(command["seconds"]),
}


def begin():
    shutil.rmtree(STATE, ignore_errors=True)
    return execute("insert into rooms values ('server-room')")


def add_person(email):
    return execute("insert into people (email) values (?)", email)


def writes():
    """Every change of the building, and the leases with the time of their last save."""
    file = Path(STATE) / "leases.json"
    changes = building.query("select step from calls where step <> 'look' order by rowid")
    return json.dumps([changes, file.stat().st_mtime_ns if file.exists() else 0, leases.read()])


def pass_time(seconds):
    """Ages all records by this time."""
    with leases.opened() as (memory, save):
        for lease in memory["leases"].values():
            lease["runs"] = {run: until and until - seconds for run, until in lease["runs"].items()}
        for ended in memory["ended"].values():
            ended["at"] -= seconds
        save()
    return {}


def execute(sql, *values):
    building.query(sql, *values)
    return {}


for line in sys.stdin:
    command = json.loads(line)
    print(json.dumps(COMMANDS[command["do"]](command)), flush=True)
