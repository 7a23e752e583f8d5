"""Every error of the project, in four kinds that decide what happens next.

`Transient` is worth another try, `Permanent` is not, `NeedsPerson` stops the account or the device until
a person has looked, `Outage` is waited for: it says nothing about the task that met it, and costs it no try.
Library errors are translated into these once, where the library is called. A class's docstring is its default message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from phonefleet.words import Message, say


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the phone showed when an error happened: `screenshot` is PNG bytes, `hierarchy` is XML text."""

    screenshot: bytes | None = None
    hierarchy: str | None = None


class PhonefleetError(Exception):
    """Phonefleet could not do what it was asked to do."""

    evidence: Evidence | None = None

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.usual())

    @property
    def message(self) -> str:
        """One sentence for a person: what happened and what to do about it."""
        return str(self)

    @classmethod
    def usual(cls) -> Message:
        """Return what such an error says where nothing else is known: the first line of its docstring."""
        return say(f"errors.{cls.__name__}", (cls.__doc__ or "").splitlines()[0])


class Transient(PhonefleetError):  # noqa: N818 - the three kinds are adjectives on purpose
    """Something went wrong that usually passes by itself."""


class Permanent(PhonefleetError):  # noqa: N818
    """Another try would fail in the same way."""


class NeedsPerson(PhonefleetError):  # noqa: N818
    """A person has to look at the phone or the account first."""


class Outage(PhonefleetError):  # noqa: N818
    """A service that Phonefleet works with is away: the work goes on when it is back."""


class Interrupted(PhonefleetError):  # noqa: N818
    """The work was asked to stop and ended at a safe point."""


class Postponed(Interrupted):
    """The work waits for its time and ended at a safe point."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


# --- the device -----------------------------------------------------------------------------------------


class DeviceOffline(Transient):
    """The phone is not connected: check its cable or network, and that `adb devices` lists it."""


class OtherHardware(DeviceOffline):
    """Another phone is at this address now: nothing was done there."""


class DeviceFrozen(Transient):
    """The phone did not answer in time; if this repeats, restart it."""


class LinkLost(Transient):
    """The connection to the phone broke during a call: the action may have happened."""


class AutomationDown(Transient):
    """The uiautomator server on the phone is not working; it is being restarted."""


class ShellFailed(Transient):
    """A shell command failed on the phone."""


class DeviceUnauthorized(NeedsPerson):
    """The phone asks whether to allow USB debugging: unlock it and accept the prompt."""


class DeviceNotReady(NeedsPerson):
    """The phone cannot work as it is connected now: look at what `adb devices` says of it."""


class DeviceLocked(NeedsPerson):
    """The phone's screen is locked: unlock it, or remove the lock screen."""


class BatteryLow(NeedsPerson):
    """The phone's battery is too low to work: charge it."""


class SystemDialog(NeedsPerson):
    """The phone shows a dialog that only a person may answer: answer it on the phone."""


class DeviceUnknown(Permanent):
    """No phone with this serial is known."""


class PersonUnknown(Permanent):
    """No person of this name is known."""


class PersonExists(Permanent):
    """Another person has this name already."""


class LastAdministrator(Permanent):
    """Nobody would be left who may administer: make another person an administrator first."""


class HostUnknown(Permanent):
    """No host of this name is known, or it was removed."""


class HostExists(Permanent):
    """Another host has this name already."""


class HostInUse(Permanent):
    """The token of this host is in use by another worker."""


class HostRefused(Permanent):
    """The main host does not take this host: ask who administers it."""


class AppMissing(Permanent):
    """The app is not installed on the phone."""


class PhoneForbids(Permanent):
    """This phone does not let adb do that: do it in the phone's own settings."""


# --- the app on the screen ------------------------------------------------------------------------------


class ElementMissing(Transient):
    """The screen does not show what was expected."""


class AppCrashed(Transient):
    """The app closed by itself."""


class AppReplaced(Transient):
    """A store has replaced the app by another version, whose screens differ."""


class NotVerified(Transient):
    """The screen does not yet show that the action was done."""


class ScreenUnclear(Permanent):
    """The screen shows several elements where exactly one was meant: nothing was touched."""


class HandleUnknown(Permanent):
    """The app shows this person by display name only, and the handle cannot be read: nothing was done."""


class TargetMissing(Permanent):
    """The app knows no such user or post."""


class TakesNoMessages(Permanent):
    """This person takes no messages from the account."""


class Rejected(Permanent):
    """The app does not take this value: nothing was changed."""


class UsernameTaken(Rejected):
    """Somebody else has this username."""


class PrivateAccount(Permanent):
    """The account is private: the app shows this to nobody whom it has not accepted."""


class LinkRefused(Permanent):
    """The app does not open this address: look whether it is one of this app."""


class UnsupportedApp(Permanent):
    """No app profile fits the installed version of the app."""


class UnverifiedProfile(Permanent):
    """Nobody has seen the app profile work on this phone: check it with `phonefleet profile check --record` first."""


class Challenge(NeedsPerson):
    """The app asks for a verification: only a person may answer it."""


class UnknownScreen(Challenge):
    """The app shows a screen that its profile does not know: it may have stopped the account."""


class ActionBlocked(NeedsPerson):
    """The app has blocked this kind of action for the account."""


class AccountBarred(NeedsPerson):
    """The account is held or disabled: release or enable it first."""


class LimitReached(Permanent):
    """The account has reached one of its limits."""


class DoNotContact(Permanent):
    """This person is on the do-not-contact list."""


class OutcomeUnknown(Permanent):
    """The action may have happened and the screen cannot tell: look at the account before trying again."""


# --- texts ----------------------------------------------------------------------------------------------


class TextNotWritten(Transient):
    """The language model wrote no text that can be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(say("errors.language_model", "the language model {reason}", reason=reason))


# --- the ledger -----------------------------------------------------------------------------------------


class LedgerUnreachable(Outage):
    """The ledger's database cannot be reached."""


class MainHostAway(LedgerUnreachable):
    """The API of the main host cannot be reached."""


class HoldUnsure(LedgerUnreachable):
    """The ledger has not said for a while that the phone is still this host's: it is left alone until then."""


class PhoneElsewhere(Outage):
    """The phone is at work at another host: it works here once that one has lost it, and its run there has ended."""


class NotOfThisHost(Permanent):
    """This belongs to a phone of another host."""


class KeyReused(Permanent):
    """This idempotency key was used for another request."""


class AliasTaken(Permanent):
    """Another phone has this alias, or this serial."""


class NameUnclear(Permanent):
    """Several phones have had this name: say which of them by its serial."""


class PhoneInUse(Permanent):
    """The phone is connected, or a task runs on it: disconnect it first."""


class AccountTaken(Permanent):
    """The app has an account of this name already."""


class CampaignExists(Permanent):
    """Another campaign has this name already."""


class LimitsChanged(Permanent):
    """Somebody else has changed the limits meanwhile: look at them again."""


class TakenOver(Permanent):
    """Somebody else has taken the phone over."""

    def __init__(self, message: str, holder: str, until: datetime) -> None:
        super().__init__(message)
        self.holder = holder
        self.until = until


class NotHeld(Permanent):
    """The phone is not taken over by this lease."""
