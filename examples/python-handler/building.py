"""A fictional access system for rooms. It stores its data in a SQLite file, and fails on request."""

import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path

from place import STATE

TABLES = """
create table if not exists people (id integer primary key, email text not null);
create table if not exists rooms (name text primary key);
create table if not exists access (person integer, room text, primary key (person, room));
create table if not exists faults (step text primary key, kind text, times integer);
create table if not exists calls (step text, answered integer);
"""
REFUSALS = {
    "throttle": "Building office: too many visitors (code 429-B)",
    "internal-error": "Building office: the card writer is on fire (code 500-B)",
    "access-denied": "Building office: your keyring has no master key (code 403-B)",
}
UNANSWERED = ("timeout", "answer-lost", "answer-withheld")


class Failure(Exception):
    """A refused call, or a call whose response was lost. The text is the system's own: never show it to people."""


@contextmanager
def database():
    Path(STATE).mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(f"{STATE}/building.db", isolation_level=None)
    try:
        connection.executescript("pragma synchronous = off;" + TABLES)
        yield connection
    finally:
        connection.close()


def query(sql, *values):
    with database() as connection:
        return connection.execute(sql, values).fetchall()


def people(email):
    """The ids of all people with this e-mail address."""
    with call("look"):
        return [number for (number,) in query("select id from people where email = ?", email)]


def is_room(room):
    with call("look"):
        return bool(query("select 1 from rooms where name = ?", room))


def may_enter(person, room):
    with call("look"):
        return bool(query("select 1 from access where person = ? and room = ?", person, room))


def let_in(person, room):
    """Raises an error for a person who may already enter, as many systems do."""
    with call("grant"):
        try:
            query("insert into access values (?, ?)", person, room)
        except sqlite3.IntegrityError:
            raise Failure("Building office: this card opens that room already (code 409-B)") from None


def shut_out(person, room):
    with call("restore"):
        query("delete from access where person = ? and room = ?", person, room)


@contextmanager
def call(step):
    """Makes one call fail as planned, before or after its change, and records where a test kills the handler."""
    kind = planned(step)
    try:
        if kind not in REFUSALS and kind != "timeout":
            yield
    finally:
        query("insert into calls values (?, ?)", step, kind not in UNANSWERED)
    if kind in ("timeout", "answer-withheld"):
        wait_for_ever()
    if kind == "answer-lost":
        raise Failure("The connection to the building office was lost")
    if kind in REFUSALS:
        raise Failure(REFUSALS[kind])


def planned(step):
    rows = query("select kind, times from faults where step = ?", step)
    if not rows or rows[0][1] == 0:
        return None
    query("update faults set times = times - 1 where step = ?", step)
    return rows[0][0]


def wait_for_ever():
    while True:
        time.sleep(60)
