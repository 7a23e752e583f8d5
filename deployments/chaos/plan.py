"""A plan of faults: the fleet, its work, and what strikes it when; read from YAML and written as YAML.

    version: 1
    seed: 7
    fleet: {phones: 3}
    work: {tasks: 24}
    faults:
    - {after: 6, kind: process_killed, process: worker}
    - {after: 9, delay: 1.5s, kind: phone_unplugged, phone: 2, lasts: 6s}

`after` counts ended tasks, not seconds, so that a fault strikes the same work on a slow machine as on a fast one.
Durations are written as on the command line.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError, model_validator

from deployments.chaos.kinds import KINDS, MAIN_HOST, OF_JOINED_HOSTS, PROCESSES, Kind, Need, Process
from phonefleet import wording, yaml_text
from phonefleet.durations import parse_duration, written
from phonefleet.errors import Permanent
from phonefleet.limits import Kind as ActionKind
from phonefleet.scripts import SCRIPTS
from phonefleet.words import tr

VERSION: Final = 1
MOST_TASKS: Final = 100_000


class PlanBroken(Permanent):
    """The plan of faults cannot be used."""


def _read(value: object) -> object:
    """Read a duration as people write it; one that begins with a minus is negative."""
    if isinstance(value, str):
        text = value.strip()
        return -parse_duration(text[1:]) if text.startswith("-") else parse_duration(text)
    return value


def _write(duration: timedelta) -> str:
    return written(duration) if duration >= timedelta(0) else f"-{written(-duration)}"


Duration = Annotated[timedelta, BeforeValidator(_read), PlainSerializer(_write)]
Wait = Annotated[Duration, Field(ge=timedelta(0), le=timedelta(hours=24))]
Jump = Annotated[Duration, Field(ge=timedelta(days=-30), le=timedelta(days=30))]


Budget = Annotated[int, Field(ge=1, le=100_000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fault(_Part):
    """A fault of a plan: it strikes `delay` after so many tasks have ended, at a phone, a process or a host.

    `lasts` unset: as long as its kind does; `by` is how far a clock jumps. `host` of a process is where it runs; unset:
    on the main host, which is host 1.
    """

    kind: str
    after: Annotated[int, Field(ge=0, le=MOST_TASKS)] = 0
    delay: Wait = timedelta(0)
    phone: Annotated[int, Field(ge=1, le=1000)] | None = None
    process: Process | None = None
    host: Annotated[int, Field(ge=1, le=100)] | None = None
    lasts: Wait | None = None
    by: Jump | None = None

    @model_validator(mode="after")
    def _names_its_target(self) -> Self:
        if self.kind not in KINDS:
            message = tr("{kind} is no kind of fault: choose from {kinds}", kind=self.kind, kinds=", ".join(KINDS))
            raise ValueError(message)
        wanted = self.of.of
        for name in ("phone", "process", "host"):
            if name == "host" and self.of.on_any_host:
                continue
            if (getattr(self, name) is None) is (wanted == name):
                raise ValueError(_needs(self.kind, wanted) if wanted == name else _has_none(self.kind, name))
        if (self.by is None) is (self.of.needs == "clock"):
            raise ValueError(_needs(self.kind, "by") if self.of.needs == "clock" else _has_none(self.kind, "by"))
        if wanted == "host" and self.host == MAIN_HOST:
            raise ValueError(tr("host 1 is the main host, which is lost in a power_cut: choose a joined one"))
        if self.process is not None and self.process not in OF_JOINED_HOSTS and (self.host or MAIN_HOST) != MAIN_HOST:
            message = tr("{process} runs on the main host only, which is host 1", process=self.process)
            raise ValueError(message)
        return self

    @property
    def of(self) -> Kind:
        """Its kind."""
        return KINDS[self.kind]

    @property
    def duration(self) -> timedelta:
        """How long it lasts."""
        return self.lasts or self.of.lasts or timedelta(0)

    @property
    def told(self) -> str:
        """How tables call it."""
        more = f" by {_write(self.by)}" if self.by is not None else ""
        if self.process is not None:
            return self.of.told.format(process_of(self.process, self.host or MAIN_HOST))
        if self.of.on_any_host and (self.host or MAIN_HOST) != MAIN_HOST:
            more = f" of host {self.host}"
        return self.of.told.format(self.phone or self.host) + more

    @property
    def meets_host(self) -> int | None:
        """The only host whose phones it can meet; None: it can meet all."""
        if self.kind == "host_lost" or self.process in OF_JOINED_HOSTS:
            return self.host or MAIN_HOST
        return self.host if (self.host or MAIN_HOST) != MAIN_HOST else None


def process_of(process: str, host: int) -> str:
    """Return how a process of a host is called: of the main host by its name alone."""
    return process if host == MAIN_HOST else f"{process} of host {host}"


def _needs(kind: str, field: str) -> str:
    match field:
        case "phone":
            return tr("{kind} needs the number of a phone", kind=kind)
        case "host":
            return tr("{kind} needs the number of a host", kind=kind)
        case "process":
            return tr("{kind} needs a process ({processes})", kind=kind, processes=", ".join(PROCESSES))
        case _:
            return tr("{kind} needs `{field}`", kind=kind, field=field)


def _has_none(kind: str, field: str) -> str:
    return tr("{kind} has no `{field}`", kind=kind, field=field)


class Fleet(_Part):
    """The fleet of a plan: `fault_rate` is the chance of a fault at each call to a phone, besides the plan's own.

    `hosts` have the phones in equal shares, the main host the first ones. `settings` are PHONEFLEET_* variables,
    without that beginning.
    """

    phones: Annotated[int, Field(ge=1, le=1000)] = 3
    hosts: Annotated[int, Field(ge=1, le=10)] = 1
    app_versions: Annotated[tuple[str, ...], Field(min_length=1)] = ("1.4.2", "2.0.1", "3.2.0")
    fault_rate: Annotated[float, Field(ge=0, le=1)] = 0.0
    settings: dict[str, str] = Field(default_factory=dict[str, str])

    @model_validator(mode="after")
    def _has_a_phone_for_each_host(self) -> Self:
        if self.hosts > self.phones:
            message = tr(
                "{hosts} hosts need as many phones, and there are {phones}", hosts=self.hosts, phones=self.phones
            )
            raise ValueError(message)
        return self

    @property
    def host_of(self) -> dict[int, int]:
        """The number of the host of each phone, by the number of the phone."""
        return {phone: (phone - 1) * self.hosts // self.phones + 1 for phone in range(1, self.phones + 1)}


class Work(_Part):
    """What the phones do: so many tasks of the scripts in turn, sent at once or evenly `over` a time.

    `budgets` are actions a day of each account, by kind; without one an account may do as much as it is asked to.
    """

    tasks: Annotated[int, Field(ge=1, le=MOST_TASKS)] = 24
    scripts: tuple[str, ...] = ()
    over: Wait = timedelta(0)
    budgets: dict[ActionKind, Budget] = Field(default_factory=dict[ActionKind, int])

    @model_validator(mode="after")
    def _knows_its_scripts(self) -> Self:
        if unknown := [name for name in self.scripts if name not in SCRIPTS]:
            known = ", ".join(sorted(SCRIPTS))
            message = tr("{name} is no script: choose from {known}", name=unknown[0], known=known)
            raise ValueError(message)
        return self


class Plan(_Part):
    """A plan of faults."""

    version: Literal[1] = VERSION
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    fleet: Fleet = Fleet()
    work: Work = Work()
    faults: tuple[Fault, ...] = ()

    @model_validator(mode="after")
    def _strikes_what_is_there(self) -> Self:
        for place, fault in enumerate(self.faults, start=1):
            if (fault.phone or 0) > self.fleet.phones or (fault.host or 0) > self.fleet.hosts:
                message = tr(
                    "fault {place} ({fault}) strikes what the fleet does not have", place=place, fault=fault.told
                )
                raise ValueError(message)
        return self

    @property
    def needs(self) -> frozenset[Need]:
        """What its fleet must have."""
        needs: list[Need] = [fault.of.needs for fault in self.faults if fault.of.needs is not None]
        return frozenset([*needs, "hosts"] if self.fleet.hosts > 1 else needs)

    def with_faults(self, faults: tuple[Fault, ...]) -> Plan:
        """Return the same plan with other faults."""
        return self.model_copy(update={"faults": faults})


def read_plan(text: str, name: str) -> Plan:
    """Read a plan; `name` is what messages call it.

    Raises:
        PlanBroken: it is no plan; the message has the place and the reason.

    """
    try:
        _, data = yaml_text.read(text)
        return Plan.model_validate(data)
    except yaml.YAMLError as error:
        raise PlanBroken(tr("{name} is no YAML: {error}", name=name, error=" ".join(str(error).split()))) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise PlanBroken(f"{name}: {place} {wording.reason(first)}".replace(":  ", ": ")) from error


def load_plan(file: Path) -> Plan:
    """Read the plan of a file.

    Raises:
        PlanBroken: it cannot be read, or is none.

    """
    try:
        return read_plan(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise PlanBroken(tr("{file} cannot be read: {error}", file=file, error=error)) from error


def plan_text(plan: Plan, remark: str = "") -> str:
    """Write a plan as YAML, a line for each fault; `remark` becomes comments at its top."""
    fields: dict[str, Any] = plan.model_dump(mode="json", exclude_defaults=True, exclude={"faults", "version"})
    head = "".join(f"# {line}".rstrip() + "\n" for line in remark.splitlines())
    parts = [f"{head}version: {plan.version}\n"]
    parts += [f"{name}: {_flow(fields[name])}\n" for name in ("seed", "fleet", "work") if name in fields]
    faults = [fault.model_dump(mode="json", exclude_defaults=True) for fault in plan.faults]
    parts.append("faults:\n" + "".join(f"- {_flow(_in_order(one))}\n" for one in faults) if faults else "faults: []\n")
    return "".join(parts)


def _in_order(fault: dict[str, Any]) -> dict[str, Any]:
    """Put when before what."""
    return {name: fault[name] for name in ("after", "delay") if name in fault} | fault


def _flow(value: Any) -> str:
    return yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000).removesuffix("...\n").strip()
