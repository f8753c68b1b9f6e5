"""Grants access to rooms of a fictional building: Sym's event on stdin, the answer on stdout, the log on stderr."""

import json
import os
import re
import signal
import sys
import time

import building
import leases
from leases import Refusal

LIMIT = int(os.environ.get("TIME_LIMIT_MILLISECONDS", "30000")) / 1000
RESERVE = 1  # Seconds reserved for the answer; all other work stops before.
LARGEST, DEEPEST, MOST_VALUES = 256 * 1024, 32, 10_000
LONGEST = 366 * 24 * 60 * 60


class TimeUp(Exception):
    pass


def main():
    started = time.monotonic()
    request = {}
    try:
        answer = act(sys.stdin.read(), request)
    except Refusal as refusal:
        answer = refused(request, str(refusal))
    except building.Failure:
        answer = failed("failed", "The building office did not make the change; the next sweep finishes it")
    except TimeUp:
        answer = failed("failed", "The building office did not answer in time; the next sweep finishes the change")
    except Exception as error:  # The text can contain secrets, so only the type is logged.
        log(request, error=type(error).__name__)
        answer = failed("failed", "Something unexpected went wrong; the log names the kind of error")
    log(request, outcome=answer["body"]["outcome"], seconds=round(time.monotonic() - started, 3))
    print(json.dumps(answer))


def act(text, request):
    """Handles the event, and times out when the answer is due. Records the request's fields in `request`."""
    signal.signal(signal.SIGALRM, time_is_up)
    signal.setitimer(signal.ITIMER_REAL, LIMIT - RESERVE)
    try:
        payload = read(text)
        if payload == {"event": {"type": "sweep"}}:
            request["type"] = "sweep"
            return sweep()
        request.update(parse(payload))
        return answer_for(request)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def sweep():
    stuck = leases.sweep()
    if stuck:
        return failed("failed", f"{stuck} leases could not be finished; the next sweep tries again")
    return {"body": {"message": "All due leases are finished.", "outcome": "swept"}, "errors": []}


def answer_for(request):
    room, kind = request["room"], request["type"]
    if kind == "plan":
        return planned(leases.plan(request["run"], person_of(request), room), request)
    if kind == "deescalate":  # The lease names the person, so no lookup is needed.
        outcome = leases.deescalate(request["run"])
    else:
        outcome = leases.escalate(request["run"], person_of(request), room, request["seconds"])
    message = {
        "granted": f"You may now enter {room}.",
        "already-had-access": f"You may enter {room}, as before.",
        "revoked": f"You may no longer enter {room}.",
        "kept-standing": f"Your request for {room} has ended; you may still enter, as before the request.",
        "kept-for-other-request": f"Another approved request still lets you enter {room}.",
        "nothing-to-revoke": f"Your request for {room} had granted no access.",
    }[outcome]
    return {"body": {"message": message, "outcome": outcome}, "errors": []}


def planned(outcome, request):
    """The answer to a plan, for the person who decides on the request."""
    requester, room = request["requester"], request["room"]
    message = {
        "would-grant": f"{requester} could enter {room}, and cannot do so now.",
        "held-by-other-requests": f"{requester} may enter {room} by another approved request already.",
        "already-granted": f"{requester} may enter {room} by this request already.",
        "already-standing": f"{requester} may enter {room} without any request; nothing would change.",
    }[outcome]
    return {"body": {"message": message, "outcome": outcome}, "errors": []}


def refused(request, sentence):
    """A refusal is the result of a plan, and the failure of every other event."""
    if request.get("type") == "plan":
        return {"body": {"message": sentence, "outcome": "would-be-refused"}, "errors": []}
    return failed("refused", sentence)


def person_of(request):
    found = building.people(request["requester"])
    if len(found) != 1:
        problem = "does not exist in the building office" if not found else "matches several people in the building office"
        raise Refusal(f"{request['requester']} {problem}; correct the e-mail in the building office's list")
    if not building.is_room(request["room"]):
        raise Refusal(f"There is no room {request['room']}; correct the target's setting room")
    return found[0]


def read(text):
    """Parses JSON. Refuses a text that is larger or deeper than Sym's payloads."""
    if len(text) > LARGEST:
        raise Refusal(f"Payload refused: the payload has more than {LARGEST} characters; check the sender")
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal("Payload refused: the payload is not valid JSON; check the sender") from None
    level, count = [payload], 0
    for _ in range(DEEPEST):
        count += len(level)
        level = [one for value in level for one in children(value)]
    if level or count > MOST_VALUES:
        raise Refusal("Payload refused: the payload is too deep or has too many values; check the sender")
    return payload


def children(value):
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def parse(payload):
    kind = text_at(payload, "event.type", "escalate|deescalate|plan")
    srn = text_at(payload, "run.srn", r"[\w-]+(:[\w.-]+){3,}:[\w-]+")
    requester = text_at(payload, "run.actors.request.username", "[!-~]{1,254}")
    text_at(payload, "fields.target.name", "[ -~]+")
    fields = at(payload, "fields")
    settings = at(payload, "fields.target.settings")
    if not isinstance(settings, dict):
        raise Refusal("Payload refused: fields.target.settings must be a JSON object whose values are strings")
    for name in settings:
        text_at(settings, name, "[ -~]*", "fields.target.settings.", keys=[name])
        if name in fields:  # Requesters choose these settings in the prompt, and this handler has no allow-list for them.
            raise Refusal(f"Payload refused: fields.target.settings.{name:.40} was chosen in the prompt; give it a fixed value")
    function = os.environ.get("FUNCTION_ARN", "").split(":")[:7]
    if settings.get("arn", "").split(":")[:7] != function:
        raise Refusal("Payload refused: fields.target.settings.arn is not this function's; correct the target")
    seconds = fields.get("duration")
    if seconds is not None and (type(seconds) is not int or not 1 <= seconds <= LONGEST):
        raise Refusal(f"Payload refused: fields.duration must be a whole number of seconds from 1 to {LONGEST}")
    room = text_at(payload, "fields.target.settings.room", r"[\w-]{1,64}")
    return {"type": kind, "run": srn.split(":")[-1], "requester": requester, "room": room, "seconds": seconds}


def at(payload, path, keys=None):
    for key in keys or path.split("."):
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload


def text_at(payload, path, pattern, prefix="", keys=None):
    value = at(payload, path, keys)
    if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII):
        return value
    raise Refusal(f"Payload refused: {ascii(prefix + path)[1:-1]:.80} is missing, or is not a string of the form {pattern}")


def failed(outcome, sentence):
    return {"body": {"message": sentence, "outcome": outcome}, "errors": [sentence]}


def time_is_up(_signal, _frame):
    raise TimeUp


def log(request, **fields):
    about = {"run_id": request.get("run"), "event_type": request.get("type")}
    print(json.dumps({**about, **fields}), file=sys.stderr)


main()
