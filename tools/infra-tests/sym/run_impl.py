"""Runs impl.py like Sym's runtime, and prints the results as JSON.

The first argument is the file, the second "sdk" or "stub": the package sym-sdk, whose functions do nothing without Sym's
runtime, or a stub of the names that impl.py uses. With the package, the code also runs in RestrictedPython. Standard
input is a JSON list of cases; each case names a function, and has the data for the function.
"""

import builtins
import importlib.metadata
import json
import sys
import types
import uuid

ALLOWED = ("sym.sdk", "requests", "json", "datetime")  # Source: Sym's documentation of its Python SDK.
SAFE = (
    "KeyError TypeError Exception ValueError None True False abs bool bytes callable chr divmod float hash hex id int "
    "isinstance issubclass len oct ord pow range repr round slice sorted str tuple zip __build_class__"
).split()


def stub_sdk():
    """Replaces sym-sdk with modules of the same names."""

    def module(name, **names):
        sys.modules[name] = made = types.ModuleType(name)
        made.__dict__.update(names)
        return made

    class SymException(Exception):
        def __init__(self, error_type, name, message):
            super().__init__(message)

    record = types.SimpleNamespace
    slack = module("sym.sdk.integrations.slack")
    for package in ("sym", "sym.sdk"):
        module(package)
    module("sym.sdk.annotations", hook=lambda fn: fn, reducer=lambda fn: fn)
    module("sym.sdk.exceptions", SymException=SymException)
    module("sym.sdk.integrations", slack=slack)
    module("sym.sdk.notifications", Notification=record)
    module("sym.sdk.request_destination", SlackChannelName=record)
    levels = record(ADMIN="admin", MEMBER="member")
    module("sym.sdk.request_permission", PermissionLevel=levels, RequestPermission=record)
    module("sym.sdk.templates")
    module("sym.sdk.user", user_ids=lambda users: [user.id for user in users])


def limited_import(name, *args):
    if not any(name == allowed or name.startswith(allowed + ".") for allowed in ALLOWED):
        raise ImportError(f"Sym does not allow to import {name}")
    return builtins.__import__(name, *args)


def load(path, restricted):
    """Executes the file with Sym's allowed names; returns the file's names."""
    with open(path) as file:
        source = file.read()
    if not restricted:
        names = {"__builtins__": {name: getattr(builtins, name) for name in SAFE if hasattr(builtins, name)}}
        code = compile(source, path, "exec")
    else:
        from RestrictedPython import compile_restricted, safe_globals
        from RestrictedPython.Eval import default_guarded_getitem
        from RestrictedPython.Guards import safer_getattr

        names = {**safe_globals, "_getattr_": safer_getattr, "_getitem_": default_guarded_getitem}
        names["__builtins__"] = dict(names["__builtins__"])
        code = compile_restricted(source, path, "exec")
    names["__builtins__"]["__import__"] = limited_import
    names["__name__"] = "impl"
    exec(code, names)
    return names


def run(path, case, restricted):
    """Plays one case, which has Slack's state and behaviour, and the function's answer."""
    from sym.sdk import templates
    from sym.sdk.exceptions import SymException
    from sym.sdk.integrations import slack
    from sym.sdk.request_destination import SlackChannelName

    sent = []

    def fail_if_told():
        if case.get("slack_fails"):
            raise SymException("Slack", "NOT_IN_CHANNEL", "The app is not in the channel")

    def send_message(destination, message):
        fail_if_told()
        sent.append({"to": destination.username, "message": message})

    def users_in_channel(channel):
        fail_if_told()
        return [types.SimpleNamespace(id=uuid.UUID(id)) for id in case["members"][channel]]

    slack.send_message = send_message
    slack.users_in_channel = users_in_channel
    slack.channel = lambda name: SlackChannelName(channel_name=name)
    templates.get_step_output = lambda step=None: case.get("answer")
    person = lambda name: types.SimpleNamespace(username=f"{name}@example.com")
    event = types.SimpleNamespace(
        user=person("approver"),
        get_actor=lambda name: person({"request": "requester"}.get(name, "approver")),
        flow=types.SimpleNamespace(vars={"approvals_channel": "#approvals"}),
    )
    returned = load(path, restricted)[case["call"]](event)
    return {"sent": sent, "returned": returned}


def plain(value):
    return {name: one for name, one in vars(value).items()} if hasattr(value, "__dict__") else str(value)


def main():
    path, sdk = sys.argv[1:]
    if sdk == "stub":
        stub_sdk()
    cases = json.load(sys.stdin)
    version = importlib.metadata.version
    name = "a stub of sym-sdk" if sdk == "stub" else f"sym-sdk {version('sym-sdk')}, RestrictedPython {version('RestrictedPython')}"
    results = [run(path, case, sdk == "sdk") for case in cases]
    print(json.dumps({"name": name, "results": results}, default=plain))


main()
