"""What YAML cannot say about users (U1–U5, P3)."""

from __future__ import annotations

from app.records.rules import ADMIN, Change, Violation, _, hash_password, one_time_password


def keep_one_admin(change: Change) -> None:
    """U3: the last active admin cannot be deleted, disabled or demoted, not even by two requests at the same moment.

    The lock on the admin role makes those requests queue up: the second one counts what the first has left.
    """
    before, after = change.before, change.after
    if before is None or not before["active"] or not change.changed("role", "active"):
        return
    admin = change.lock("role", key=ADMIN)
    if admin is None or before["role"] != admin["id"]:
        return
    if after is not None and after["active"] and after["role"] == admin["id"]:
        return
    if not change.others.exists(role=admin["id"], active=True):
        raise Violation(_changed_field(change), _("At least one active admin must remain."))


def spare_oneself(change: Change) -> None:
    """U3: nobody deletes, disables or demotes themself.

    P1: nor sets or resets their own password here, where the old one is not asked for: whoever found a screen
    unattended, or an API key, would have the account for good.
    """
    if change.before is None or change.id != change.actor.user_id:
        return
    if change.after is None:
        raise Violation("", _("You cannot delete yourself."))
    if change.changed("active"):
        raise Violation("active", _("You cannot disable yourself."))
    if change.changed("role"):
        raise Violation("role", _("You cannot change your own role."))
    if change.changed("password"):
        raise Violation("password", _("Change your own password in the menu at the top right."))


def grant_only_what_one_holds(change: Change) -> None:
    """U1, U4, P3: only an admin makes, changes, resets or deletes an admin: nobody climbs above their own role.

    R4: nor does anybody give a role that may do what they may not, or set the password of somebody who has one.
    """
    if change.by_admin:
        return
    admin = change.find("role", key=ADMIN)
    if admin is None:
        return
    if change.before is not None and change.before["role"] == admin["id"]:
        raise Violation("", _("Only an admin can change an admin."))
    if change.after is not None and change.after["role"] == admin["id"]:
        raise Violation("role", _("Only an admin can give this role."))
    if change.after is not None and change.changed("role") and not change.holds_all_of(change.after["role"]):
        raise Violation("role", _("This role has permissions that you do not have, so you cannot give it."))
    if (
        change.before is not None
        and "password" in (change.after or {})
        and not change.holds_all_of(change.before["role"])
    ):
        raise Violation("", _("This person has permissions that you do not have. Ask an admin to reset the password."))


def lead_before_leaving(change: Change) -> None:
    """C2: whoever leads a team stays in it, and stays an agent, until somebody else leads it."""
    if change.before is None or change.after is None or not change.changed("team", "role"):
        return
    team = change.find("team", leader=change.id)
    if team is None or change.handed_over:
        return
    message = _("This person leads the team “%(team)s”. Choose another leader there first.", team=team["name"])
    if change.after["team"] != team["id"]:
        raise Violation("team", message)
    role = change.find("role", id=change.after["role"])
    if role is None or not role["seat"]:
        raise Violation("role", message)


def end_sessions(change: Change) -> None:
    """P1, P3, U4: a new password, another role or a disabled account ends that user's logins at once.

    A password set here was chosen by somebody else, and must be changed at the next login.
    """
    if change.after is None:
        return
    if change.before is not None and change.changed("password", "role", "active"):
        change.bump("session_epoch")
    if "password" in change.after:
        if change.before is not None:
            change.log_login("reset", change.before["username"])
        change.set_system("must_change_password", True)
        change.set_system("password_changed_at", change.now)


def reset_password(change: Change) -> None:
    """P3: a one-time password, shown once, to be changed at the next login. It also unlocks after failed logins."""
    if change.before is None or change.after is None:
        return
    password = one_time_password()
    change.after["password"] = hash_password(password)
    change.set_system("failed_logins", 0)
    change.set_system("locked_until", None)
    change.reveal(change.before["username"], password)


def log_out(change: Change) -> None:
    """P3: an admin ends all logins of a user, who may log in again: a screen left open, a lost laptop."""
    if change.before is None:
        return
    if change.id == change.actor.user_id:
        raise Violation("", _("End your own logins under “My logins” in the menu at the top right."))
    change.bump("session_epoch")
    change.log_login("session_end", change.before["username"])


def _changed_field(change: Change) -> str:
    if change.after is None:
        return ""
    return "role" if change.changed("role") else "active"
