"""The HTTP API of a virtual fleet: look at the world and the phones, order faults, and let phones change addresses."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from phonefleet.geometry import Point
from virtual_phones.faults import Fault, Strike, site_of
from virtual_phones.fleet import PortBusy, VirtualFleet
from virtual_phones.input import hand
from virtual_phones.page import page_of
from virtual_phones.phone import VirtualPhone
from virtual_phones.replay.phone import ReplayPhone
from virtual_phones.shell.commands.display import screen
from virtual_phones.wire.daemon import Daemon

_HOSTS = ["127.0.0.1", "localhost"]
"""The names under which loopback is called; any other comes from a page that has no business here."""


class FaultOrder(BaseModel):
    """What `POST /phones/{serial}/faults` takes. `seconds` and `percent` unset: the fault's default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fault: Fault
    times: int = Field(default=1, ge=1, le=1000)
    seconds: float | None = Field(default=None, ge=0, le=86_400)
    percent: int | None = Field(default=None, ge=0, le=100)


class Move(BaseModel):
    """What `POST /phones/{serial}/move` takes: the port under which the phone comes back, 0 for a free one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    port: int = Field(default=0, ge=0, le=65_535)


class Swap(BaseModel):
    """What `POST /phones/{serial}/swap` takes: the phone to change addresses with."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    other: str = Field(alias="with")


Pixel = Annotated[int, Field(ge=0, le=100_000)]


class HandOrder(BaseModel):
    """What `POST /phones/{serial}/hand` takes: one thing that a person does, in pixels of the display as it is held."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tap: tuple[Pixel, Pixel] | None = None
    swipe: tuple[Pixel, Pixel, Pixel, Pixel] | None = None
    key: Literal["back", "home", "recent", "enter", "power", "volume_up", "volume_down"] | None = None
    text: Annotated[str, Field(min_length=1, max_length=1000)] | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if len(self.model_fields_set) != 1:
            message = "give one of tap, swipe, key and text"
            raise ValueError(message)
        return self


Body = TypeVar("Body", bound=BaseModel)


def world_app(fleet: VirtualFleet) -> Starlette:
    """Return the ASGI app of a running fleet."""
    api = _WorldApi(fleet)
    routes = [
        Route("/", api.page),
        Route("/world", api.world),
        Route("/touches", api.touches),
        Route("/touches", api.forget_touches, methods=["DELETE"]),
        Route("/world/touches", api.touches),
        Route("/phones", api.phones),
        Route("/phones/{serial}/screenshot.png", api.screenshot),
        Route("/phones/{serial}/hierarchy.xml", api.hierarchy),
        Route("/phones/{serial}/faults", api.order_fault, methods=["POST"]),
        Route("/phones/{serial}/faults", api.clear_faults, methods=["DELETE"]),
        Route("/phones/{serial}/hand", api.hand, methods=["POST"]),
        Route("/phones/{serial}/move", api.move, methods=["POST"]),
        Route("/phones/{serial}/swap", api.swap, methods=["POST"]),
    ]
    middleware = [Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS)]
    return Starlette(routes=routes, middleware=middleware, exception_handlers={ValidationError: _unprocessable})


class _WorldApi:
    """The endpoints; each works on the phones directly, in their event loop."""

    def __init__(self, fleet: VirtualFleet) -> None:
        self._fleet = fleet

    async def world(self, _: Request) -> Response:
        return JSONResponse(self._fleet.world.dump())

    async def phones(self, _: Request) -> Response:
        fleet = self._fleet
        return JSONResponse(
            [
                _described(serial, phone, fleet.accounts(serial))
                for serial, phone in zip(fleet.serials, fleet.phones, strict=True)
            ]
        )

    async def touches(self, request: Request) -> Response:
        """List what was done to phones that replay saved screens, in order; `?phone=` for one of them."""
        phone = request.query_params.get("phone")
        number = self._of(phone).phone.properties["ro.serialno"] if phone is not None else None
        return JSONResponse([touch.as_json() for touch in self._fleet.touches.all(number)])

    async def forget_touches(self, _: Request) -> Response:
        """Empty that list; the numbers go on."""
        self._fleet.touches.clear()
        return Response(status_code=204)

    async def page(self, _: Request) -> Response:
        """Show all phones to a person, who can touch them there."""
        return HTMLResponse(page_of(self._fleet.serials))

    async def screenshot(self, request: Request) -> Response:
        png = await screen.picture(self._daemon(request).phone)
        return Response(png, media_type="image/png")

    async def hierarchy(self, request: Request) -> Response:
        return Response(screen.dump(self._daemon(request).phone), media_type="application/xml")

    async def order_fault(self, request: Request) -> Response:
        """Let a fault happen: those of the wire and lasting conditions at once, others at their next occasions."""
        daemon = self._daemon(request)
        order = await _body(request, FaultOrder)
        if not daemon.phone.knows(order.fault):
            raise HTTPException(422, f"this phone replays saved screens: save one of {order.fault} and lead to it")
        strike = Strike(order.fault, order.seconds, order.percent)
        if site_of(order.fault) == "wire":
            daemon.act_out(strike)
        else:
            daemon.phone.faults.order(strike, order.times)
        return JSONResponse({"fault": order.fault, "times": order.times}, 202)

    async def clear_faults(self, request: Request) -> Response:
        """Forget what was ordered and make the phone well again."""
        self._daemon(request)
        self._fleet.make_well(request.path_params["serial"])
        return Response(status_code=204)

    async def hand(self, request: Request) -> Response:
        """Touch a phone as a person does, so that its kernel reports it; 409 if there is no keyboard to type on."""
        phone = self._daemon(request).phone
        order = await _body(request, HandOrder)
        if order.tap is not None:
            hand.tap(phone, Point(*order.tap))
        elif order.swipe is not None:
            hand.swipe(phone, Point(*order.swipe[:2]), Point(*order.swipe[2:]))
        elif order.key is not None:
            hand.press(phone, order.key)
        elif not hand.write(phone, order.text or ""):
            raise HTTPException(409, "no keyboard shows: tap a text field first")
        return Response(status_code=204)

    async def move(self, request: Request) -> Response:
        """Let a phone come back under another address, and answer that."""
        self._daemon(request)
        order = await _body(request, Move)
        try:
            return JSONResponse({"serial": await self._fleet.move(request.path_params["serial"], order.port)})
        except PortBusy as error:
            raise HTTPException(409, error.message) from None

    async def swap(self, request: Request) -> Response:
        """Let two phones come back each under the other's address."""
        self._daemon(request)
        order = await _body(request, Swap)
        try:
            self._fleet.daemon(order.other)
        except KeyError:
            raise HTTPException(404, f"no such phone: {order.other}") from None
        await self._fleet.swap(request.path_params["serial"], order.other)
        return Response(status_code=204)

    def _daemon(self, request: Request) -> Daemon:
        return self._of(request.path_params["serial"])

    def _of(self, name: str) -> Daemon:
        try:
            return self._fleet.daemon(name)
        except KeyError:
            raise HTTPException(404, "no such phone") from None


async def _body(request: Request, model: type[Body]) -> Body:
    """Return what the request orders.

    Raises:
        HTTPException: it is no JSON, as a form of a web page is none.
        ValidationError: it is no such order.

    """
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise HTTPException(415, "send JSON")
    return model.model_validate_json(await request.body())


def _unprocessable(_: Request, error: Exception) -> Response:
    errors = (
        error.errors(include_url=False, include_input=False, include_context=False)
        if isinstance(error, ValidationError)
        else []
    )
    return JSONResponse({"errors": errors}, 422)


def _described(serial: str, phone: VirtualPhone, accounts: tuple[str, ...]) -> dict[str, Any]:
    package, activity = phone.foreground
    return {
        "serial": serial,
        "serial_number": phone.properties["ro.serialno"],
        "android_id": phone.settings.get(("secure", "android_id")),
        "model": phone.model,
        "accounts": accounts,
        "screen": phone.saved_screen if isinstance(phone, ReplayPhone) else None,
        "foreground": {"package": package, "activity": activity},
        "battery": phone.battery.level,
        "display_on": phone.display_on,
        "locked": phone.locked,
        "uiautomator": phone.u2.running,
        "faults": phone.faults.waiting,
    }
