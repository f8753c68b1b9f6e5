"""Sym's hooks for a request: its approvers, its channel, and the messages to the requester.

Sym executes this file in RestrictedPython, so the file imports only sym.sdk, and uses only safe builtins: the names
dict and list do not exist.
"""

from sym.sdk.annotations import hook, reducer
from sym.sdk.exceptions import SymException
from sym.sdk.integrations import slack
from sym.sdk.notifications import Notification
from sym.sdk.request_permission import PermissionLevel, RequestPermission
from sym.sdk.templates import get_step_output
from sym.sdk.user import user_ids


@reducer
def get_permissions(event):
    """Members of the channel for approvals may approve, but not their own requests. Admins always may."""
    try:
        approvers = user_ids(slack.users_in_channel(event.flow.vars["approvals_channel"]))
    except SymException:
        approvers = []
    return RequestPermission(
        webapp_view=PermissionLevel.MEMBER,
        approve_deny=approvers or PermissionLevel.ADMIN,
        allow_self_approval=False,
    )


@reducer
def get_request_notifications(event):
    """Sends every request to the channel for approvals."""
    return [Notification(destinations=[slack.channel(event.flow.vars["approvals_channel"])])]


@hook
def after_escalate(event):
    """Tells the requester whether the access was granted."""
    tell_requester(event, "You may not have the approved access")


@hook
def after_deescalate(event):
    """Tells the requester whether the access has ended."""
    tell_requester(event, "Your access may not have ended")


def tell_requester(event, failure):
    """Sends the function's message to the requester; event.user can be the approver."""
    try:
        slack.send_message(event.get_actor("request"), answer_text(get_step_output(), failure))
    except SymException:
        # A requester who used the API may not be in Slack. An error here could end the run as errored, and Sym would
        # then not revoke the access.
        return


def answer_text(answer, failure):
    """The function's answer as a text for the requester.

    A valid answer is {"body": {"message": ..., "outcome": ...}, "errors": [...]}, but Sym passes on any result, and
    takes a result without errors for a success. The channel for errors shows the texts in errors.
    """
    body = field(answer, "body")
    message = field(body, "message")
    errors = field(answer, "errors")
    is_honest = not errors or field(body, "outcome") in ("refused", "failed")
    if isinstance(message, str) and message and is_honest:
        return message
    if errors:
        return f"{failure}; the reason is in the channel for errors."
    return f"{failure}: the function did not report its result. Ask the administrators of the function."


def field(value, name):
    """The entry of value under name; None if value has no such entry, or no entries at all."""
    try:
        return value[name]
    except (KeyError, TypeError):
        return None
