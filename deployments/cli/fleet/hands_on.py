"""`phonefleet devices take`, `tap`, `give-back` …: a person takes a phone over; `pictures` show what phones show."""

from __future__ import annotations

import getpass
import sys
from base64 import b64decode
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from deployments.cli.fleet.devices import PhoneArgument, app
from deployments.cli.shared.calling import Call, command
from deployments.cli.shared.options import seconds_of
from phonefleet.errors import Permanent
from phonefleet.words import tr

if TYPE_CHECKING:
    from phonefleet.client.answers import Takeover

Key = Literal[
    "back", "home", "recents", "enter", "delete", "menu", "power", "wake", "tab", "left", "right", "up", "down",
    "volume_up", "volume_down",
]  # fmt: skip
WhoOption = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who you are for the others; by default, who is logged in.")
]
WidthOption = Annotated[
    int, typer.Option("--width", min=60, max=1080, help="Pixels along the shorter side of the display.")
]
Across = Annotated[float, typer.Argument(min=0, max=1, help="From the left edge: 0 to 1.")]
Down = Annotated[float, typer.Argument(min=0, max=1, help="From the top: 0 to 1.")]
_ONE_REQUEST = 100
_POLL = timedelta(milliseconds=300)


@command(
    app,
    "take",
    "phonefleet devices take front_desk",
    "phonefleet devices take front_desk --idle 10m --as Ann",
)
def take(
    call: Call,
    *,
    phone: PhoneArgument,
    idle: Annotated[
        float,
        typer.Option(
            "--idle",
            metavar="DURATION",
            parser=seconds_of,
            help="It ends by itself when nothing was entered for so long: 10s to 1h, such as 10m.",
        ),
    ] = 120,
    who: WhoOption = None,
    wait: Annotated[bool, typer.Option(help="Wait until the phone is free.")] = True,
) -> None:
    """Take a phone over, to touch it yourself: to answer a challenge, say.

    What runs on it goes back into its queue at its next safe point, and goes on when you give the phone back; what was
    done is not done again. Then `devices tap`, `swipe`, `type` and `key` are yours, and nobody else's. When a challenge
    is answered, release the account with `phonefleet accounts release`.
    """
    by = who or _me()
    taken = call.client.take_over(phone, by=by, idle_seconds=_whole(idle))
    while wait and taken["state"] == "waiting":
        _rest()
        taken = _still_mine(call, phone, taken)
    until = _time(taken)
    if taken["state"] == "waiting":
        call.tell(
            taken, tr("{phone} is asked for; it is yours once what runs there has come to a safe point.", phone=phone)
        )
        return
    call.tell(
        taken,
        tr(
            "{phone} is yours, {by}, until {until}; each input moves that on.\n"
            "See it:       phonefleet devices picture {phone} screen.jpg\n"
            "Touch it:     phonefleet devices tap {phone} 0.5 0.9\n"
            "Give it back: phonefleet devices give-back {phone}",
            phone=phone,
            by=taken["by"],
            until=until,
        ),
    )


@command(
    app,
    "tap",
    "phonefleet devices tap front_desk 0.5 0.9",
    "phonefleet devices tap front_desk 0.5 0.5 --hold 1",
)
def tap(  # noqa: PLR0913 - a place and how long
    call: Call,
    *,
    phone: PhoneArgument,
    x: Across,
    y: Down,
    hold: Annotated[float, typer.Option("--hold", min=0, max=5, help="Seconds for which the finger stays.")] = 0,
    who: WhoOption = None,
) -> None:
    """Touch a phone that you have taken over; 0 0 is the upper left, 1 1 the lower right, however it is held."""
    lease = _lease(call, phone, who)
    _tell(call, phone, call.client.tap(phone, lease, x, y, seconds=hold))


@command(app, "swipe", "phonefleet devices swipe front_desk 0.5 0.8 0.5 0.2")
def swipe(  # noqa: PLR0913 - two places and how long
    call: Call,
    *,
    phone: PhoneArgument,
    x1: Across,
    y1: Down,
    x2: Across,
    y2: Down,
    seconds: Annotated[float, typer.Option("--seconds", min=0.02, max=5, help="How long it takes.")] = 0.3,
    who: WhoOption = None,
) -> None:
    """Move a finger from one place to another on a phone that you have taken over; upwards shows what is below."""
    lease = _lease(call, phone, who)
    _tell(call, phone, call.client.swipe(phone, lease, (x1, y1), (x2, y2), seconds=seconds))


@command(
    app,
    "type",
    'phonefleet devices type front_desk "Good morning"',
    "phonefleet devices type front_desk - < code.txt",
)
def type_(
    call: Call,
    *,
    phone: PhoneArgument,
    text: Annotated[str, typer.Argument(help="The text, or - to read it from the standard input.")],
    who: WhoOption = None,
) -> None:
    """Type a text where the cursor is, on a phone that you have taken over. It is recorded nowhere.

    With -, the text stays out of the history of your shell, too.
    """
    given = sys.stdin.read().rstrip("\r\n") if text == "-" else text
    if not given:
        message = tr("There is no text to type.")
        raise Permanent(message)
    lease = _lease(call, phone, who)
    _tell(call, phone, call.client.type_text(phone, lease, given))


@command(app, "key", "phonefleet devices key front_desk back")
def key(
    call: Call,
    *,
    phone: PhoneArgument,
    name: Annotated[Key, typer.Argument(metavar="KEY", help="back, home, recents, enter, delete, power, wake …")],
    who: WhoOption = None,
) -> None:
    """Press a key of a phone that you have taken over."""
    lease = _lease(call, phone, who)
    _tell(call, phone, call.client.press_key(phone, lease, name))


@command(
    app,
    "give-back",
    "phonefleet devices give-back front_desk",
    "phonefleet devices give-back front_desk --force",
)
def give_back(
    call: Call,
    *,
    phone: PhoneArgument,
    force: Annotated[bool, typer.Option("--force", help="Take it from whoever has it.")] = False,
    who: WhoOption = None,
) -> None:
    """Give a phone back that you have taken over: it goes on with its tasks."""
    lease = None if force else _lease(call, phone, who)
    given = call.client.give_back(phone, lease=lease, force=force)
    call.tell(given, tr("{phone} works again", phone=phone))


@command(app, "taken", "phonefleet devices taken front_desk")
def taken(call: Call, *, phone: PhoneArgument) -> None:
    """Show who has taken a phone over, and who had before."""
    found = call.client.get_takeover(phone)
    now = (
        tr("nobody has it")
        if found["by"] is None
        else tr("{by} has it until {time} ({state})", by=found["by"], time=_time(found), state=found["state"])
    )
    earlier = [
        tr(
            "{by} from {since} to {ended_at}: {inputs} inputs, ended by {ended_by}",
            by=one["by"],
            since=one["since"],
            ended_at=one["ended_at"],
            inputs=one["inputs"],
            ended_by=one["ended_by"],
        )
        for one in found["earlier"]
    ]
    call.tell(found, "\n".join([f"{phone}: {now}", *earlier]))


@command(app, "picture", "phonefleet devices picture front_desk screen.jpg --width 320")
def picture(
    call: Call,
    *,
    phone: PhoneArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A JPEG to write.")],
    width: WidthOption = 540,
) -> None:
    """Write what a phone shows to a small JPEG file; a running task is not disturbed."""
    data = call.client.screen(phone, width=width)
    file.write_bytes(data)
    call.tell(
        {"file": str(file), "bytes": len(data)}, tr("Wrote {file} ({number} bytes)", file=file, number=f"{len(data):,}")
    )


@command(app, "pictures", "phonefleet devices pictures wall/ --group shop")
def pictures(
    call: Call,
    *,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write a JPEG for each phone.")],
    group: Annotated[str | None, typer.Option("--group")] = None,
    width: WidthOption = 200,
) -> None:
    """Write what all phones show to small JPEG files, a phone each; running tasks are not disturbed."""
    names = {phone["serial"]: phone["alias"] or phone["serial"] for phone in call.client.iter_devices(group=group)}
    folder.mkdir(parents=True, exist_ok=True)
    serials, told = list(names), list[dict[str, str | None]]()
    for first in range(0, len(serials), _ONE_REQUEST):
        for screen in call.client.screens(serials[first : first + _ONE_REQUEST], width=width):
            file = folder / f"{_as_file(names[screen['serial']])}.jpg"
            if screen["jpeg"]:
                file.write_bytes(b64decode(screen["jpeg"]))
            told.append({"phone": names[screen["serial"]], "file": str(file), "error": screen["error"]})
    lines = (f"{one['phone']}: {one['error'] or one['file']}" for one in told)
    nobody = (
        tr("No phones have been seen yet.") if group is None else tr("The group {group} has no phones.", group=group)
    )
    call.tell(told, "\n".join(lines) or nobody)


def _lease(call: Call, phone: str, who: str | None) -> str:
    """Return the lease of a phone that one has taken over. Raises `Permanent` where nobody has."""
    found = call.client.get_takeover(phone)
    if found["by"] is None or found["idle_seconds"] is None:
        message = tr("Nobody has taken {phone} over: phonefleet devices take {phone}", phone=phone)
        raise Permanent(message)
    mine = call.client.take_over(phone, by=who or _me(), idle_seconds=found["idle_seconds"])
    return mine["lease"] or ""


def _whole(idle: float) -> int:
    """Return an idle time as whole seconds. Raises `typer.BadParameter` when it is too short or too long."""
    if not 10 <= idle <= 3600:  # noqa: PLR2004 - as the API has it
        message = tr("must be from 10s to 1h")
        raise typer.BadParameter(message, param_hint="'--idle'")
    return round(idle)


def _still_mine(call: Call, phone: str, mine: Takeover) -> Takeover:
    """Return how a takeover stands that is being waited for. Raises `Permanent` once it has ended."""
    found = call.client.get_takeover(phone)
    if found["by"] not in {None, mine["by"]}:
        message = tr("{by} has taken {phone} from you", by=found["by"], phone=phone)
        raise Permanent(message)
    if found["by"] is None:
        message = tr(
            "{phone} did not come to a safe point in time: take it over again, perhaps with a longer --idle",
            phone=phone,
        )
        raise Permanent(message)
    return {
        "state": found["state"], "lease": mine["lease"], "by": found["by"], "since": found["since"],
        "until": found["until"], "idle_seconds": found["idle_seconds"], "inputs": found["inputs"],
    }  # fmt: skip


def _tell(call: Call, phone: str, taken: Takeover) -> None:
    call.tell(taken, tr("Done; {phone} is yours until {time}", phone=phone, time=_time(taken)))


def _time(taken: Takeover) -> str:
    from deployments.cli.shared.times import local_instant  # noqa: PLC0415 - heavy

    return f"{local_instant(taken['until']):%H:%M:%S}" if taken["until"] else tr("it is given back")


def _rest() -> None:
    from phonefleet.clock import SystemClock  # noqa: PLC0415 - heavy

    SystemClock().sleep(_POLL)


def _me() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # there is no such user in a container; KeyError before Python 3.13
        return "somebody"


def _as_file(name: str) -> str:
    """Return a name that can be a file's: addresses have colons."""
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in name)
