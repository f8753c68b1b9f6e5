"""What Sym runs around a request: who may approve it, where it goes, and what the requester hears.

Sym executes this in RestrictedPython: it imports nothing but sym.sdk, and uses only the builtins that are safe there,
so neither dict nor list has a name here.
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
    """Whoever is in the channel for approvals may approve, except for their own requests. Admins always may."""
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
    """Every request goes to the channel for approvals."""
    return [Notification(destinations=[slack.channel(event.flow.vars["approvals_channel"])])]


@hook
def after_escalate(event):
    """Tells the requester whether the access is there."""
    tell_requester(event, "You may not have the access that was approved")


@hook
def after_deescalate(event):
    """Tells the requester whether the access is gone."""
    tell_requester(event, "Your access may not have ended")


def tell_requester(event, failure):
    """Sends the function's message to the requester; event.user can be the approver."""
    try:
        slack.send_message(event.get_actor("request"), answer_text(get_step_output(), failure))
    except SymException:
        # Whoever started the request by the API may not be in Slack. An error here could end the run as errored, and
        # then Sym would not take the access away.
        return


def answer_text(answer, failure):
    """What the function answered, for a person.

    An answer looks like {"body": {"message": ..., "outcome": ...}, "errors": [...]}, but Sym hands over whatever came
    back, and takes everything without errors for success. The reasons in errors are in the channel for errors.
    """
    body = field(answer, "body")
    message = field(body, "message")
    errors = field(answer, "errors")
    is_honest = not errors or field(body, "outcome") in ("refused", "failed")
    if isinstance(message, str) and message and is_honest:
        return message
    if errors:
        return f"{failure}; the reason is in the channel for errors."
    return f"{failure}: the function did not say what it did. Ask those who look after it."


def field(value, name):
    """What value has under name, or None, whatever value is."""
    try:
        return value[name]
    except (KeyError, TypeError):
        return None
