"""The routes of takeovers: take a phone over, see who has it, touch and type, give it back.

The lease is in the ledger (`phonefleet.ledger.fleet.hands_on.takeovers`); the phone's worker stops what runs there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request

from api.answers.envelope import CONFLICT, Envelope, Problem
from api.fleet import named
from api.fleet.screens.screens import TheScreens
from api.fleet.takeover.inputs import Inputs
from api.fleet.takeover.schemas import InputRequest, PastTakeover, TakeoverOut, TakeoverRequest, TakeoverShown
from api.loops.threads import in_thread
from api.resources import Resources, TheResources
from phonefleet.device.adb.servers import ForEachHost
from phonefleet.device.hand import Hand
from phonefleet.errors import PhonefleetError, TakenOver
from phonefleet.ledger.fleet.device_list import ListedDevice
from phonefleet.ledger.fleet.hands_on.takeovers import Takeover, Taker
from phonefleet.words import say

router = APIRouter(tags=["devices"])

_SHOWN = 20


async def _hands(request: Request) -> ForEachHost[Hand]:
    return cast("ForEachHost[Hand]", request.app.state.hands)


async def _inputs(request: Request) -> Inputs:
    return cast("Inputs", request.app.state.inputs)


TheHands = Annotated[ForEachHost[Hand], Depends(_hands)]
TheInputs = Annotated[Inputs, Depends(_inputs)]


@router.post("/devices/{serial:path}/takeover")
def take_over(
    serial: str, request: Request, resources: TheResources, wanted: TakeoverRequest | None = None
) -> Envelope[TakeoverOut]:
    """Take a phone over, or renew what one has.

    What runs on the phone goes back into its queue at its next safe point; then the state is `held`, and inputs are
    taken. What was done is not done again when the phone is given back. Who has it already gets the same lease;
    anybody else is refused, and told by whom it is taken.
    """
    wanted = wanted or TakeoverRequest()
    phone = named.phone(resources, serial)
    taker = Taker(_person(request) or wanted.by or _stranger(request), _actor(request))
    try:
        taken = resources.ledger.takeovers.take(
            phone.serial, taker, timedelta(seconds=wanted.idle_seconds), resources.clock.now()
        )
    except TakenOver as refused:
        holder = {"by": refused.holder, "until": refused.until.isoformat()}
        message = say(
            "fleet.taken_over_until_utc",
            "{phone} is taken over by {holder} until {until} UTC",
            phone=phone.alias or phone.serial,
            holder=refused.holder,
            until=f"{refused.until:%H:%M:%S}",
        )
        raise Problem(CONFLICT, message, holder) from refused
    _hint(request)
    return Envelope(data=_shown(taken, lease=True))


@router.get("/devices/{serial:path}/takeover")
def show_takeover(serial: str, resources: TheResources) -> Envelope[TakeoverShown]:
    """Show who has taken a phone over, and who had before, the last ones first."""
    phone, now = named.phone(resources, serial), resources.clock.now()
    current = resources.ledger.takeovers.current(phone.serial, now)
    earlier = [_past(one) for one in resources.ledger.takeovers.history(phone.serial, _SHOWN) if one.is_over(now)]
    return Envelope(data=TakeoverShown(**_shown(current).model_dump(), earlier=earlier))


@router.delete("/devices/{serial:path}/takeover")
def give_back(  # noqa: PLR0913, PLR0917 - what it needs, each by its own dependency
    serial: str,
    request: Request,
    resources: TheResources,
    inputs: TheInputs,
    lease: Annotated[str | None, Query(max_length=100, description="The lease of whoever has it.")] = None,
    force: Annotated[bool, Query(description="Take it from whoever has it.")] = False,  # noqa: FBT002 - a query's form
) -> Envelope[TakeoverOut]:
    """Give a phone back: it goes on with its tasks. With `force`, take it from whoever has it."""
    phone, now = named.phone(resources, serial), resources.clock.now()
    current = resources.ledger.takeovers.current(phone.serial, now)
    if current is None:
        raise Problem(
            CONFLICT, say("fleet.nobody_taken_over", "Nobody has taken {phone} over", phone=phone.alias or phone.serial)
        )
    person = _person(request)
    if not (force or lease == current.lease or (person is not None and person == current.holder)):
        message = say(
            "fleet.taken_over_give_lease_force",
            "{phone} is taken over by {holder}: give its lease, or `force`",
            phone=phone.alias or phone.serial,
            holder=current.holder,
        )
        raise Problem(CONFLICT, message, {"by": current.holder, "until": current.until.isoformat()})
    by = current.holder if lease == current.lease else person or _stranger(request)
    with inputs.none_on(phone.serial):  # a touch that is on its way must not hit what a task shows then
        resources.ledger.takeovers.end(phone.serial, by, resources.clock.now(), current.lease)
    _hint(request)
    return Envelope(data=_shown(None))


@router.post("/devices/{serial:path}/takeover/input")
async def enter(  # noqa: PLR0913, PLR0917 - what it needs, each by its own dependency
    serial: str, wanted: InputRequest, resources: TheResources, hands: TheHands, inputs: TheInputs, screens: TheScreens
) -> Envelope[TakeoverOut]:
    """Touch, swipe, type or press a key on a phone that was taken over. What is typed is recorded nowhere."""
    taken, name = await in_thread(_enter, serial, wanted, resources, hands, inputs)
    screens.hurry(name)
    return Envelope(data=_shown(taken, lease=True))


def _enter(
    serial: str, wanted: InputRequest, resources: Resources, hands: ForEachHost[Hand], inputs: Inputs
) -> tuple[Takeover, str]:
    listed = named.listed_phone(resources, serial)
    with inputs.one_on(listed.device.serial):
        taken = resources.ledger.takeovers.count_input(listed.device.serial, wanted.lease, resources.clock.now())
        _make(listed, wanted, hands.of(listed.device.host))
        if (entered := wanted.entered) is not None:
            inputs.tell(listed.device.serial, entered)
    return taken, listed.device.serial


def _make(listed: ListedDevice, wanted: InputRequest, hand: Hand) -> None:
    address, name = listed.address, listed.device.alias or listed.device.serial
    try:
        _do(hand, address, wanted)
    except PhonefleetError as error:
        raise Problem(CONFLICT, error.message.replace(address, name)) from error


def _do(hand: Hand, address: str, wanted: InputRequest) -> None:
    if wanted.tap is not None:
        hand.tap(address, wanted.tap.spot, timedelta(seconds=wanted.tap.seconds))
    elif wanted.swipe is not None:
        swipe = wanted.swipe
        hand.swipe(address, swipe.start.spot, swipe.end.spot, timedelta(seconds=swipe.seconds))
    elif wanted.text is not None:
        hand.type_text(address, wanted.text)
    elif wanted.key is not None:
        hand.press(address, wanted.key)


def _hint(request: Request) -> None:
    """Let the workers of joined hosts look now; that of the main host sees it in the ledger."""
    cast("Callable[[], None]", request.app.state.attention_wanted)()


def _person(request: Request) -> str | None:
    """Return the name of the person whose token was used; None where the server does not know it."""
    return getattr(request.state, "person", None)


def _actor(request: Request) -> str:
    return getattr(request.state, "actor", "anonymous")


def _stranger(request: Request) -> str:
    """Return what somebody without a name is called: two computers are two people."""
    return say(
        "fleet.somebody", "somebody at {host}", host=request.client.host if request.client else "an unknown address"
    )


def _shown(taken: Takeover | None, *, lease: bool = False) -> TakeoverOut:
    if taken is None:
        return TakeoverOut(state="none", lease=None, by=None, since=None, until=None, idle_seconds=None, inputs=0)
    return TakeoverOut(
        state="waiting" if taken.held_at is None else "held",
        lease=taken.lease if lease else None,
        by=taken.holder,
        since=taken.asked_at,
        until=taken.until,
        idle_seconds=round(taken.idle.total_seconds()),
        inputs=taken.inputs,
    )


def _past(taken: Takeover) -> PastTakeover:
    return PastTakeover(
        by=taken.holder,
        since=taken.asked_at,
        held_since=taken.held_at,
        ended_at=taken.ended_at or taken.until,
        ended_by=taken.ended_by or "idleness",
        inputs=taken.inputs,
    )
