"""What the task API answers, field by field; instants are ISO 8601 text with offset.

Made by `just docs` from the API's OpenAPI document.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

DeviceState: TypeAlias = Literal[
    "online", "busy", "offline", "unauthorized", "no_permissions", "recovery", "ambiguous", "quarantined"
]


Weekday: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


Overlap: TypeAlias = Literal["skip", "queue", "cancel"]


CatchUp: TypeAlias = Literal["none", "last", "all"]


Kind: TypeAlias = Literal[
    "follow", "unfollow", "like", "favorite", "repost", "share", "comment", "message", "post", "profile"
]


WhenMet: TypeAlias = Literal["wait", "fail"]


class Account(TypedDict):
    """An account and the phone that it is bound to."""

    id: int
    """Increasing, never used again."""

    username: str
    platform: str
    """The app profile."""

    packagename: str | None
    """The app's package, when its profile is known."""

    device: str
    """Serial of the phone."""

    alias: str | None
    """What people call the phone."""

    device_online: bool
    device_name: str
    """The phone's alias, else its model, else its serial."""

    logined: bool
    """Whether the app has shown the account as signed in on this phone."""

    enabled: bool
    status: Literal["enabled", "disabled", "held"]
    """Only enabled accounts act."""

    hold_reason: str | None
    held_since: str | None
    tags: list[str]


class AccountPage(TypedDict):
    """One page of accounts, by id."""

    accounts: list[Account]
    total: int
    page: int
    page_size: int


class ActionCounts(TypedDict):
    """How many phones have each outcome."""

    waiting: NotRequired[int]
    running: NotRequired[int]
    done: NotRequired[int]
    already: NotRequired[int]
    failed: NotRequired[int]
    stopped: NotRequired[int]
    unknown: NotRequired[int]


class Action(TypedDict):
    """What was done on the device."""

    id: int
    """Increasing, never used again."""

    kind: str
    account: str | None
    target: str
    state: Literal["intended", "acting", "done", "already", "unknown", "failed"]
    intended_at: str
    ended_at: str | None
    detail: str | None
    content: str | None
    """The text that was chosen for it."""


class AddedApk(TypedDict):
    """An APK that was sent; one of the same content is in the library once."""

    sha256: str
    """What `apk` of an installation names it by; 8 digits are enough."""

    package: str
    version_name: str
    version_code: int
    least_sdk: int
    """The lowest API level of Android that it runs on."""

    size: int
    """In bytes."""

    added_at: str
    created: bool
    """False when it was there already."""


class AddedMedia(TypedDict):
    """A file that was sent; one of the same content is in the library once."""

    id: int
    """Increasing, never used again."""

    path: str
    """What `material_list` names it by."""

    kind: Literal["image", "video"]
    media_type: str
    """As its content says, such as image/jpeg."""

    size: int
    """In bytes."""

    sha256: str
    tags: list[str]
    added_at: str
    used_by: str | None
    """The account that published it last."""

    used_at: str | None
    """When it was published last."""

    created: bool
    """False when it was there already; it has the new tags, too."""


class Apk(TypedDict):
    """An APK of the library."""

    sha256: str
    """What `apk` of an installation names it by; 8 digits are enough."""

    package: str
    version_name: str
    version_code: int
    least_sdk: int
    """The lowest API level of Android that it runs on."""

    size: int
    """In bytes."""

    added_at: str


class AuditEntry(TypedDict):
    """A call that could change something."""

    id: int
    """Increasing, never used again."""

    at: str
    actor: str
    """"anonymous", or the name of the token: the beginning of its digest."""

    person: str | None
    """The person whose token it was, or `user@localhost`, a user of the server's own computer, where the system tells; null where neither is known."""

    address: str
    method: str
    path: str
    alias: NotRequired[str | None]
    """What people call the phone whose serial is in the path; null: none is."""

    request_id: str
    """The answer's header X-Request-ID."""

    code: int | None
    """The answer's code; null while the call was never answered."""

    tasks: int | None
    """How many tasks the call concerned, when that is known."""


class AuditPage(TypedDict):
    """One page of the trail, newest first."""

    entries: list[AuditEntry]
    total: int
    page: int
    page_size: int


class Counts(TypedDict):
    """How many tasks have each status; `total` is their sum."""

    total: int
    pending: int
    running: int
    completed: int
    failed: int


class CreatedActions(TypedDict):
    """One task for each phone, and the id under which `GET /devices/actions/{id}` tells what became of all of them."""

    task_ids: list[int]
    created_count: int
    ignored_fields: NotRequired[list[str] | None]
    """Fields that nobody knows, where PHONEFLEET_UNKNOWN_FIELDS ignores them."""

    id: str


class CreatedTasks(TypedDict):
    """The tasks of a request: all of them, in order."""

    task_ids: list[int]
    created_count: int
    ignored_fields: NotRequired[list[str] | None]
    """Fields that nobody knows, where PHONEFLEET_UNKNOWN_FIELDS ignores them."""


class Deleted(TypedDict):
    """How many things were deleted."""

    deleted_count: int


class DeletedBatch(TypedDict):
    """How many tasks were deleted, and which ids do not exist."""

    deleted_count: int
    not_found: list[int]


class Difference(TypedDict):
    """A field that differs; null means that it is not there."""

    field: str
    before: Any
    after: Any


class Effect(TypedDict):
    """What a change does to a recorded screen."""

    before: str | None
    """The page that it was told to be."""

    after: str | None
    found: list[str]
    """Selectors that are clear only after the change."""

    lost: list[str]
    """Selectors that were clear only before it."""

    recording: str
    screen: str
    named_page: str | None
    contradicts: bool
    """A person has said another page."""


class Person(TypedDict):
    """Somebody who must not be contacted."""

    username: str
    app: str | None
    """App profile; null: all apps."""

    reason: str | None
    since: str


class Estimate(TypedDict):
    """How long one task takes, in seconds, without the wait before it."""

    earliest: float
    expected: float
    latest: float
    median: float
    samples: int
    """How many earlier tasks of the script say so."""

    basis: Literal["phone", "script", "default"]
    """Whose they are: the phone's, those of all phones, or nobody's: a usual figure."""


class FailureKind(TypedDict):
    """Failed tasks of one kind: of the same script, for the same reason, in the same version of the app."""

    script_name: str
    error: str
    """The name of the error, such as ElementMissing; empty where nobody knows."""

    kind: str
    """What went wrong, with a gap for what differs from task to task."""

    app: str
    """The app profile; empty where nobody knows."""

    app_version: str
    """Empty where the app was not reached."""

    remark: str
    """That of the latest."""

    tasks: int
    phones: int
    accounts: int
    first_at: str
    last_at: str
    task_ids: list[int]
    """The latest ones, at most 500, the latest first."""


class FailureKinds(TypedDict):
    """What has failed and was not retried since, by kind: the most frequent one first."""

    kinds: list[FailureKind]
    tasks: int
    begin: str
    end: str


class Failure(TypedDict):
    """A reason for which tasks of a script failed."""

    script_name: str
    remark: str
    tasks: int
    latest_task_id: int
    """Increasing, never used again."""


class PlanRefusal(TypedDict):
    """What is wrong with one field of the request."""

    field: str
    reason: str


class Firing(TypedDict):
    """What became of a due time."""

    due_at: str
    fired_at: str
    outcome: Literal["fired", "skipped", "missed", "failed"]
    remark: str
    tasks: int
    flow_run_id: str | None


class FiringPlan(TypedDict):
    """A firing of a campaign."""

    due_at: str
    begins_at: str
    """After its jitter, which is drawn for each due time once and for all."""

    outcome: Literal["fired", "skipped", "failed"]
    cancelled: int
    """Tasks of an earlier firing that it cancels."""

    tasks: int
    end: str | None
    """As expected; null when none of its tasks would come to an end."""


class Forgotten(TypedDict):
    """What became of a phone that was forgotten."""

    serial: str
    alias: str | None
    """What people called it."""

    cancelled_count: int
    """How many tasks waited for it; they have ended."""


class FoundAt(TypedDict):
    """An element that was found."""

    window: int
    place: int
    bounds: list[int]
    """Left, top, right, bottom, in pixels."""


class Found(TypedDict):
    """Where a selector finds something best."""

    recording: str
    screen: str
    page: str | None
    count: int
    label: str
    clear: bool
    places: list[FoundAt]


class Health(TypedDict):
    """The answer of a health check that passed."""

    status: Literal["ok"]


class Held(TypedDict):
    """An account that must not act until a person releases it."""

    username: str
    app: str
    serial: str
    alias: str | None
    reason: str
    since: str


class History(TypedDict):
    """How long ended tasks are kept, and what was deleted since the API began."""

    kept: str
    """How long ended tasks are kept, as in 90d; forever: they are never deleted."""

    cleaned_at: str | None
    """When everything older was last deleted; null: not yet since the API began."""

    deleted: int
    """Number of ended tasks that were deleted since the API began."""

    waiting: int
    """Number of older tasks that wait until Prefect has deleted their runs."""

    remark: str | None
    """What keeps the API from deleting, in one sentence; null: nothing."""


class Hit(TypedDict):
    """How many elements a rule finds on a recorded screen."""

    recording: str
    screen: str
    page: str | None
    count: int


class HostHealth(TypedDict):
    """Whether a joined host is heard."""

    name: str
    state: Literal["online", "away"]


class JoinedHost(TypedDict):
    """A joined host, and whether it lives."""

    name: str
    state: Literal["never joined", "online", "away"]
    """Away: nothing was heard of it for half a minute."""

    phones: int
    """How many phones are there now."""

    version: str | None
    """Which version of the product its worker has."""

    added_at: str
    joined_at: str | None
    seen_at: str | None
    away_since: str | None
    clock_ahead: float | None
    """How far its clock is ahead of the main host's, in seconds."""

    remark: str | None
    """What a person should know, such as why its worker was refused last."""


class HostRemoved(TypedDict):
    """Which host was removed; its token has ended."""

    name: str


class HostWithToken(TypedDict):
    """A host and the token that was made just now."""

    name: str
    state: Literal["never joined", "online", "away"]
    """Away: nothing was heard of it for half a minute."""

    phones: int
    """How many phones are there now."""

    version: str | None
    """Which version of the product its worker has."""

    added_at: str
    joined_at: str | None
    seen_at: str | None
    away_since: str | None
    clock_ahead: float | None
    """How far its clock is ahead of the main host's, in seconds."""

    remark: str | None
    """What a person should know, such as why its worker was refused last."""

    token: str
    """Shown this once; only its digest is kept."""

    url: str | None
    """Where others reach this API, over TLS or through a proxy, if it knows."""

    ca_fingerprint: str | None
    """SHA-256 digest of the authority of this server's certificate, where it has one of its own."""


class Ill(TypedDict):
    """A phone that can do nothing."""

    serial: str
    alias: str | None
    state: str
    reason: str | None
    last_seen: str


class Installed(TypedDict):
    """An app as a phone has it."""

    serial: str
    alias: str | None
    app: str
    package: str
    version: str
    language: str
    """As a BCP 47 tag; empty if the phone does not say it."""

    covered: bool
    """Whether the profile knows this version."""


class KindUsage(TypedDict):
    """What an account has used of one budget today, and what is left."""

    kind: Kind
    used: int
    """What was done, may have been done, or is about to be done."""

    budget: int
    left: int


class License(TypedDict):
    """What this installation allows."""

    plan_name: str
    api_enabled: bool
    device_limit: int
    message: str


class LimitMet(TypedDict):
    """A limit that tasks meet."""

    campaign: int | None
    """Whose tasks they are; null: those of the request."""

    account: str
    kind: Kind | None
    """Of actions; null when no kind of them is possible."""

    limit: Literal["budget", "gap", "hours"]
    why: str
    """Goes on after the account's name."""

    until: str | None
    """When the first of them goes on; null: never."""

    fails: bool
    """Whether they fail; otherwise they wait."""

    tasks: int
    at: list[str]
    """When they meet it, first on each day (UTC), of at most 31 days."""


Hour: TypeAlias = str


class LineError(TypedDict):
    """What is wrong with one line of a file."""

    field: str
    reason: str
    line: int
    """Of the file, from 1; a row that spans several lines is named by its first."""


class MarkSeen(TypedDict):
    """A selector by which a page is told, and whether it is on the screen."""

    selector: str
    found: bool


class Media(TypedDict):
    """A picture or a video of the library."""

    id: int
    """Increasing, never used again."""

    path: str
    """What `material_list` names it by."""

    kind: Literal["image", "video"]
    media_type: str
    """As its content says, such as image/jpeg."""

    size: int
    """In bytes."""

    sha256: str
    tags: list[str]
    added_at: str
    used_by: str | None
    """The account that published it last."""

    used_at: str | None
    """When it was published last."""


class MediaPage(TypedDict):
    """One page of the library, oldest first."""

    media: list[Media]
    total: int
    page: int
    page_size: int


class Override(TypedDict):
    """Other limits for the accounts that match all given selectors. Limits that are left out stay."""

    username: str | None
    """One account; `@` and case do not matter."""

    app: str | None
    """The accounts of one app profile."""

    tag: str | None
    """The accounts with this tag."""

    group: str | None
    """The accounts whose phone is in this group."""

    budgets: dict[Kind, int]
    gap: float | None
    gaps: dict[Kind, float]
    hours: dict[Weekday, list[Hour]] | None
    when_met: WhenMet | None


class PageMarks(TypedDict):
    """A page of the profile; it is told where all its marks are found, and the first such page counts."""

    page: str
    marks: list[MarkSeen]


class PastTakeover(TypedDict):
    """A takeover that has ended."""

    by: str
    since: str
    held_since: str | None
    """Null where it ended before the phone was free."""

    ended_at: str
    ended_by: str
    """`idleness` where nobody gave it back."""

    inputs: int


class PeopleAdded(TypedDict):
    """How many entries are new, and how many were there before."""

    added_count: int
    replaced_count: int


class PeoplePage(TypedDict):
    """One page of the list, by name."""

    entries: list[Person]
    total: int
    page: int
    page_size: int


class PeopleRemoved(TypedDict):
    """How many entries were removed, and which names were not on the list."""

    removed_count: int
    not_found: list[str]


class PersonRemoved(TypedDict):
    """Who was removed; token and sessions have ended."""

    name: str


class PhoneName(TypedDict):
    """A phone, as answers about something else name it."""

    serial: str
    alias: str | None
    """What people call it now; null: it has no other name."""


class PhoneOutcome(TypedDict):
    """What became of it on one phone."""

    serial: str
    alias: str | None
    task_id: int
    """Increasing, never used again."""

    outcome: Literal["waiting", "running", "done", "already", "failed", "stopped", "unknown"]
    """`unknown`: the phone is not connected, or it may have been done and nobody can see whether it was."""

    reason: str | None
    """Why it waits, failed or is unknown; of what was done, what came of it."""

    ended_at: str | None


class Profile(TypedDict):
    """An app profile."""

    name: str
    package: str
    verified: str
    """On what it was last seen to work, for people."""

    own: bool
    """Whether it is a file of this home."""

    built_in: bool
    ranges: list[str]
    languages: list[str]
    problem: str | None
    """Why it cannot be read."""


class Progress(TypedDict):
    """How many of a task's targets are done."""

    done: int
    total: int


class Readiness(TypedDict):
    """The answer of a readiness check that passed: tasks are taken. Whether they start now, `remark` says."""

    status: Literal["ok"]
    worker: bool | None
    """Whether a worker is alive that can run tasks; null: not known yet."""

    remark: str | None
    """What keeps all tasks from starting, in one sentence for a person."""

    hosts: list[HostHealth]
    """The hosts that have joined, and whether each is heard now."""

    history: History


class RecordedScreen(TypedDict):
    """A screen of a recording."""

    name: str
    page: str | None
    """What a person has said, else what the profile tells."""

    named_page: str | None
    """What a person has said."""

    picture: bool
    problem: str | None
    """Why it cannot be read."""


class Recording(TypedDict):
    """A recording: one that is kept, or one that is going on or has failed."""

    name: str
    state: Literal["running", "writing", "done", "failed"]
    app: str | None
    """The profile by which it was recorded; null where that is not known."""

    package: str
    version: str
    language: str
    serial: str | None
    """The phone, while it is going on."""

    alias: str | None
    """What the phone is called."""

    screens: int
    steps: int | None
    recorded_at: str
    until: str | None
    """When it ends by itself."""

    told: str
    """The last that it has to tell a person."""

    remark: str | None
    """Why it failed."""


class RecordingShown(TypedDict):
    """A recording with its screens, in the order in which they were met."""

    name: str
    state: Literal["running", "writing", "done", "failed"]
    app: str | None
    """The profile by which it was recorded; null where that is not known."""

    package: str
    version: str
    language: str
    serial: str | None
    """The phone, while it is going on."""

    alias: str | None
    """What the phone is called."""

    screens: int
    steps: int | None
    recorded_at: str
    until: str | None
    """When it ends by itself."""

    told: str
    """The last that it has to tell a person."""

    remark: str | None
    """Why it failed."""

    shown: list[RecordedScreen]


class Report(TypedDict):
    """What was done in a span of time, and what stands still now."""

    begin: str
    end: str
    completed: int
    failed: int
    stopped: int
    """Tasks that a person stopped in that time."""

    running: int
    """Tasks that run now."""

    pending: int
    """Tasks that wait now."""

    actions: dict[Kind, int]
    """Actions that the screen has shown to be done, by kind."""

    failures: list[Failure]
    """The most frequent reason first."""

    held: list[Held]
    """Each waits for a person; the longest held first."""

    ill: list[Ill]
    """Enabled phones that can do nothing, those in quarantine first."""

    title: str
    """The report in one line."""

    text: str
    """The report as people get it; times are in the zone that its first line names."""


class Retried(TypedDict):
    """The tasks that are retried, or would be."""

    retried_count: int
    task_ids: list[int]
    dry_run: NotRequired[bool | None]
    """True where nothing was retried, only looked up."""


Role: TypeAlias = Literal["watch", "operate", "administer"]
"""
What a person may do; each role may do what those before it may.

watch reads, operate lets phones work and takes them over, administer changes persons and limits, and deletes.
"""


class Rule(TypedDict):
    """A rule, and what it finds."""

    rule: str
    """One alternative of a selector as a profile has it, on one line."""

    count: int
    """On this screen."""

    places: list[FoundAt]
    finds_it: bool
    """Whether the first one is the element, or what takes a touch of it."""

    takes: bool
    """Whether it gives what takes the touch, and not the element itself."""

    anchored: bool
    """Whether it says more than words and classes: only then it may act."""

    unique: bool
    """The element alone, and one on each recorded screen of the page."""

    one: int
    """On how many other recorded screens of the page it finds one element."""

    several: int
    """On how many it finds more."""

    none: int
    """On how many it finds nothing."""

    same_page: list[Hit]
    elsewhere: list[Hit]
    """Recorded screens of other pages on which it finds something."""

    elsewhere_count: int
    labels: list[str]
    """What it finds says, here and on the page's other screens: 10 at the most."""


class Rules(TypedDict):
    """Rules, the surest first; first those that the request has named, in its order."""

    page: str | None
    compared: int
    """How many recorded screens there are for these versions of the app."""

    rules: list[Rule]


class SavedCommand(TypedDict):
    """A command of the administrator's list; what it runs stands there alone."""

    name: str
    description: str
    timeout: float
    """How long it may take, in seconds."""

    repeatable: bool
    """Whether it is run again when it was interrupted."""

    role: Role


class SavedCommands(TypedDict):
    """The administrator's list of commands."""

    commands: list[SavedCommand]


class Schedule(TypedDict):
    """When a campaign is due."""

    cron: str | None
    interval: int | None
    anchor: str | None
    rrule: str | None
    timezone: str | None


class ScrapedUser(TypedDict):
    """Somebody who was found: by which task, in which list, at which place from 1."""

    username: str
    source: str
    position: int
    task_id: int
    """Increasing, never used again."""

    seen_at: str


class ScrapedUserPage(TypedDict):
    """One page of people, in order of discovery."""

    users: list[ScrapedUser]
    total: int
    page: int
    page_size: int


class Screen(TypedDict):
    """What a phone shows."""

    serial: str
    """As it was asked for."""

    tag: str | None
    """Another one for each picture; null while there is none."""

    at: str | None
    """When the phone was last seen to show this."""

    width: int | None
    height: int | None
    jpeg: str | None
    """Base64; null where the client has it already, or there is none."""

    error: str | None
    """Why there is no newer picture, for a person."""


class Screens(TypedDict):
    """What phones show, in the order in which they were asked for."""

    screens: list[Screen]


class Script(TypedDict):
    """A script that a request may name; one of the owner's that cannot be used tells why."""

    name: str
    title: str
    description: str
    """What it does, in a sentence or two."""

    own: bool
    """Whether it is a file of the owner, and none of the ten."""

    file: str | None
    """The path of an own script."""

    flaw: str | None
    """Why it cannot be used as it stands, with file and line; null: it can be."""

    acts: bool
    """Whether it acts as an account; others only read."""

    only_action: str | None
    """The one kind of action that it does."""

    target_fields: list[str]
    """The lists of its configuration that a request is divided by, one task a target."""

    config_schema: dict[str, Any]
    """The JSON schema of its `script_config`."""


class SelectorSeen(TypedDict):
    """What a selector of the profile finds on the screen, if anything."""

    selector: str
    count: int
    alternative: int | None
    """Which one found it, from 0."""

    label: str
    """What the first one says."""

    places: list[FoundAt]
    clear: bool
    """Whether it found what it is meant to find, as far as a program can tell."""

    ambiguous: bool
    row: bool
    """Looks like a row of a list, or a card of somebody else."""

    by_words_alone: bool
    """It acts, and is known by words and classes only."""

    contradicted_by: list[str]
    needed: bool
    """Something that cannot be taken back needs it."""

    verified: bool
    """Whether the profile says that it was seen to work."""

    fingerprint: str
    """What stands for its rules when it is recorded as seen to work."""


class SelectorShown(TypedDict):
    """A selector as a profile has it."""

    selector: str
    range: str | None
    """The range it is for; null: for all versions."""

    any: list[str]
    holds: Literal["handle", "display_name", "number", "label"] | None
    read_for: str | None


class SentReport(TypedDict):
    """The report that was sent."""

    title: str
    text: str


class SessionEnded(TypedDict):
    """Whether there was a session that has ended now."""

    ended: bool


class ShownNumber(TypedDict):
    """A number as an app has shown it, which rounds large ones."""

    value: int
    step: int
    """The true number lies within one step of the value; 1: it is exact."""

    text: str
    """What the app wrote."""


class Side(TypedDict):
    """What one side is."""

    versions: list[str]
    range: str
    screens: int
    unknown: int
    """Of how many nobody knows the page."""


class Span(TypedDict):
    """A time in which a phone is expected to work, waits between tasks included."""

    start: str
    end: str
    asked: bool
    """Whether the plan is about these tasks, not those that are there already."""

    tasks: int
    campaign: int | None


class Stats(TypedDict):
    """How many tasks have each status, and with `?by=` the same for each script or device."""

    total: int
    pending: int
    running: int
    completed: int
    failed: int
    by_script: NotRequired[dict[str, Counts] | None]
    by_device: NotRequired[dict[str, Counts] | None]
    """By the serials of phones."""

    aliases: NotRequired[dict[str, str] | None]
    """What people call those of these phones that have another name, by serial."""


class OutcomeStep(TypedDict):
    """One thing that was to be done with a target, and what came of it."""

    action: str
    outcome: str
    detail: str | None


class TakenOver(TypedDict):
    """Who has taken a phone over."""

    state: Literal["waiting", "held"]
    """Waiting until what runs has come to a safe point."""

    by: str
    since: str
    until: str
    """When it ends by itself, unless something is entered before."""


class Takeover(TypedDict):
    """Who has taken a phone over."""

    state: Literal["none", "waiting", "held"]
    """`waiting` until what runs on the phone has come to a safe point; inputs are refused till then."""

    lease: str | None
    """What inputs have to name; only its holder is told."""

    by: str | None
    since: str | None
    until: str | None
    """When it ends by itself; each input moves it on."""

    idle_seconds: int | None
    inputs: int
    """How many touches, keys and texts there were."""


class TakeoverShown(TypedDict):
    """Who has taken a phone over, and who had before."""

    state: Literal["none", "waiting", "held"]
    """`waiting` until what runs on the phone has come to a safe point; inputs are refused till then."""

    lease: str | None
    """What inputs have to name; only its holder is told."""

    by: str | None
    since: str | None
    until: str | None
    """When it ends by itself; each input moves it on."""

    idle_seconds: int | None
    inputs: int
    """How many touches, keys and texts there were."""

    earlier: list[PastTakeover]


class TaskDetail(TypedDict):
    """A task with what was done on the device and the screenshots of it."""

    id: int
    """Increasing, never used again."""

    script_name: str
    script_config: dict[str, Any]
    serial: str
    alias: str | None
    """What people call the phone now."""

    username: str | None
    app: str | None
    status: int
    """0 pending, 1 running, 2 completed, 3 failed."""

    status_text: str
    state: str | None
    """The name of the Prefect state; null until Prefect has the task."""

    remark: str | None
    """Why it failed, or did nothing, in one sentence for a person."""

    source: str
    created_at: str
    scheduled_for: str
    start_time: str | None
    end_time: str | None
    retry_count: int
    progress: Progress
    result: dict[str, Any] | None
    flow_run_id: str | None
    flow_run_url: str | None
    """Where people see the task in the Prefect UI."""

    wait_seconds: float
    """The drawn wait on the device before this task."""

    campaign_id: int | None
    waits_for: str | None
    """Why a pending task has not begun, in one sentence for a person."""

    waits_code: str | None
    """The same as a word for programs, such as `phone_offline`; see docs/waiting.md for all."""

    actions: list[Action]
    artifacts: list[Any]


class Task(TypedDict):
    """A task."""

    id: int
    """Increasing, never used again."""

    script_name: str
    script_config: dict[str, Any]
    serial: str
    alias: str | None
    """What people call the phone now."""

    username: str | None
    app: str | None
    status: int
    """0 pending, 1 running, 2 completed, 3 failed."""

    status_text: str
    state: str | None
    """The name of the Prefect state; null until Prefect has the task."""

    remark: str | None
    """Why it failed, or did nothing, in one sentence for a person."""

    source: str
    created_at: str
    scheduled_for: str
    start_time: str | None
    end_time: str | None
    retry_count: int
    progress: Progress
    result: dict[str, Any] | None
    flow_run_id: str | None
    flow_run_url: str | None
    """Where people see the task in the Prefect UI."""

    wait_seconds: float
    """The drawn wait on the device before this task."""

    campaign_id: int | None
    waits_for: str | None
    """Why a pending task has not begun, in one sentence for a person."""

    waits_code: str | None
    """The same as a word for programs, such as `phone_offline`; see docs/waiting.md for all."""


class TaskPage(TypedDict):
    """One page of tasks, newest first."""

    tasks: list[Task]
    total: int
    page: int
    page_size: int


class Times(TypedDict):
    """An instant with its uncertainty."""

    earliest: str
    """If nearly every task is as quick as the quickest tenth of earlier ones."""

    expected: str
    """If tasks take what earlier ones took on average."""

    latest: str
    """If nearly every task is as slow as the slowest tenth of earlier ones."""


class Turn(TypedDict):
    """What a change does to a screen."""

    before: str | None
    """The page that it was told to be."""

    after: str | None
    found: list[str]
    """Selectors that are clear only after the change."""

    lost: list[str]
    """Selectors that were clear only before it."""


class Unidentified(TypedDict):
    """Something that adb shows and that is no known phone, or has not said which one it is."""

    address: str
    """Its name in adb."""

    host: str
    state: str
    """How adb has it, or `unread` while it does not say which phone it is."""

    advice: str | None
    """What a person can do about it."""


class Verification(TypedDict):
    """A selector that was seen to work."""

    serial: str
    alias: NotRequired[str | None]
    """What people call the phone now."""

    app: str
    app_version: str
    selector: str
    fingerprint: str
    verified_at: str


class View(TypedDict):
    """A view of the app on a screen."""

    window: int
    place: int
    parent: int | None
    """The place of what holds it, in the same window."""

    bounds: list[int]
    """Left, top, right, bottom, in pixels."""

    id: str
    """Without the app's package."""

    text: str
    desc: str
    class_name: str
    clickable: bool


class AccountDay(TypedDict):
    """What an account's own profile showed on a day."""

    day: str
    """A calendar day in the time zone of the limits."""

    numbers: dict[str, ShownNumber]
    """By what they count: followers, following, posts, likes; what the app does not show is left out."""

    read_at: str
    task_id: int | None


class AccountDays(TypedDict):
    """An account's days, the earliest first; days on which nothing was read are left out."""

    account_id: int
    """Increasing, never used again."""

    username: str
    platform: str
    days: list[AccountDay]


class AccountUsage(TypedDict):
    """What an account may still do today."""

    id: int
    """Increasing, never used again."""

    username: str
    platform: str
    """The app profile."""

    device: str
    """Serial of the phone."""

    alias: str | None
    """What people call the phone; null: it has no other name."""

    date: str
    resets_at: str
    """When the next day begins."""

    opens_at: str | None
    """When it works next; null while it works."""

    when_met: WhenMet
    actions: list[KindUsage]


class ActionBatch(TypedDict):
    """One request: what was asked for, by whom, and on how many phones it has which outcome."""

    id: str
    """Also the request's id in the audit trail, without dashes."""

    action: Literal["install", "reboot", "wake", "keyboard", "language", "time_zone", "stay_awake", "command"]
    summary: str
    """What is done, in a few words."""

    asked_by: str | None
    created_at: str
    total: int
    counts: ActionCounts


class ActionBatchInDetail(TypedDict):
    """One request with the outcome of each phone."""

    id: str
    """Also the request's id in the audit trail, without dashes."""

    action: Literal["install", "reboot", "wake", "keyboard", "language", "time_zone", "stay_awake", "command"]
    summary: str
    """What is done, in a few words."""

    asked_by: str | None
    created_at: str
    total: int
    counts: ActionCounts
    devices: list[PhoneOutcome]


class ActionBatchPage(TypedDict):
    """One page of requests, newest first."""

    batches: list[ActionBatch]
    total: int
    page: int
    page_size: int


class ApkList(TypedDict):
    """All APKs of the library, by package, the newest version first."""

    apks: list[Apk]


class CampaignChange(TypedDict):
    """What was done, or would be done, to a campaign."""

    name: str
    action: Literal["create", "change", "keep", "delete"]
    differences: list[Difference]


class CampaignDetail(TypedDict):
    """A campaign with what became of its last due times, the latest first."""

    id: int
    """Increasing, never used again."""

    name: str
    task: dict[str, Any]
    phones: list[PhoneName]
    """The phones that `task.serials` names, those of groups left out."""

    schedule: Schedule
    jitter: float
    working_days: list[Weekday] | None
    start: str | None
    end: str | None
    random_order: bool
    overlap: Overlap
    catch_up: CatchUp
    paused: bool
    version: int
    note: str | None
    """What a person should know, such as a change in Prefect that does not fit."""

    created_at: str
    updated_at: str
    deployment_url: str | None
    """Where people see it in the Prefect UI; null until Prefect has it."""

    next_due: list[str]
    """The next due times, without jitter; none while it is paused."""

    last_firing: Firing | None
    firings: list[Firing]


class Campaign(TypedDict):
    """A campaign."""

    id: int
    """Increasing, never used again."""

    name: str
    task: dict[str, Any]
    phones: list[PhoneName]
    """The phones that `task.serials` names, those of groups left out."""

    schedule: Schedule
    jitter: float
    working_days: list[Weekday] | None
    start: str | None
    end: str | None
    random_order: bool
    overlap: Overlap
    catch_up: CatchUp
    paused: bool
    version: int
    note: str | None
    """What a person should know, such as a change in Prefect that does not fit."""

    created_at: str
    updated_at: str
    deployment_url: str | None
    """Where people see it in the Prefect UI; null until Prefect has it."""

    next_due: list[str]
    """The next due times, without jitter; none while it is paused."""

    last_firing: Firing | None


class CampaignPage(TypedDict):
    """One page of campaigns, by name."""

    campaigns: list[Campaign]
    total: int
    page: int
    page_size: int


class CampaignsApplied(TypedDict):
    """What was changed so that the campaigns are as wanted; with `dry_run`, what would be."""

    changes: list[CampaignChange]
    applied: bool


class Change(TypedDict):
    """A profile with a change, and what that does to the recorded screens of its app."""

    name: str
    saved: bool
    own: bool
    """Whether it is a file of this home."""

    revision: str
    text: str
    difference: list[str]
    """The lines of a unified diff."""

    looked_at: int
    """How many recorded screens there are."""

    effects: list[Effect]
    """Those that something changes, or that contradict a person."""

    here: Turn | None
    """What it does to the screen of the request; null where that has none."""


class Compared(TypedDict):
    """What became of a selector."""

    selector: str
    outcome: Literal["kept", "lost", "ambiguous", "new", "unseen"]
    """`unseen`: no screen of the new side could have it."""

    needed: bool
    old: Found | None
    new: Found | None
    there: Hit | None
    """The new screen of the same page, where it should be."""


class Comparison(TypedDict):
    """Two versions side by side, what was lost first."""

    old: Side
    new: Side
    selectors: list[Compared]


class Conflict(TypedDict):
    """A conflict of a campaign: with other tasks, with itself, with a limit, or with time."""

    kind: Literal["refused", "phone", "overlap", "budget", "hours", "unfinished"]
    """It makes no tasks; it waits for a phone; it overlaps itself; it wants more than a budget; it is due out of working hours; or it makes more work than there is time for."""

    why: str
    """Goes on after the campaign's name."""

    other: int | None
    """The campaign that it waits for."""

    times: int
    first_at: str | None
    serials: list[str]
    """The phones, at most 20."""

    phones: list[PhoneName]
    """The same phones with their aliases."""


class Device(TypedDict):
    """A phone that some host has seen."""

    serial: str
    """What the phone is called, whatever its address is."""

    addresses: list[str]
    """The names under which adb has it now, the one that is used first."""

    serial_number: str | None
    """What the phone says is its serial number (`ro.serialno`)."""

    android_id: str | None
    """Another one on each phone, and after each factory reset."""

    alias: str | None
    model: str | None
    android_version: str | None
    host: str
    """The computer that the phone is connected to."""

    state: DeviceState
    battery: int | None
    """In percent, when it was last looked at; null for a phone that has none or does not tell."""

    enabled: bool
    """A phone that is disabled gets no work; what is queued for it waits."""

    group: str | None
    current_task: int | None
    queue_length: int
    """How many tasks wait for it."""

    taken_over: TakenOver | None
    """A phone that somebody has taken over gets no work until it is given back; what is queued waits."""

    first_seen: str
    last_seen: str
    """When its connection last changed."""

    note: str | None
    """What a person should know or do about it."""

    quarantine_reason: str | None
    quarantined_since: str | None
    quarantined_until: str | None
    """Null while it lasts until somebody ends it."""

    quarantined_by: Literal["person", "worker"] | None
    """A worker ends its own quarantine when the phone is well; a person's lasts until it is released."""


class DevicePage(TypedDict):
    """One page of phones, by serial."""

    devices: list[Device]
    unidentified: list[Unidentified]
    """What adb shows besides, on whatever page."""

    total: int
    page: int
    page_size: int


class HostList(TypedDict):
    """All joined hosts, by name."""

    main: str
    """The name of the main host's own worker."""

    version: str
    """Which version of the product the main host has."""

    hosts: list[JoinedHost]


class Imported(TypedDict):
    """How many accounts a file has entered or changed, and which of its lines were left out."""

    created_count: int
    updated_count: int
    errors: list[LineError]
    """Empty unless `partial` was asked for."""


class Limits(TypedDict):
    """All limits, as they hold now."""

    budgets: dict[Kind, int]
    """Actions a day of each account, by kind."""

    gap: float
    """Seconds between any two actions of an account."""

    gaps: dict[Kind, float]
    """Seconds between two actions of the same kind, in place of `gap`."""

    hours: dict[Weekday, list[Hour]] | None
    """When accounts act: spans of local time, for every day or by weekday, else never; null: always."""

    timezone: str | None
    """IANA name of the zone of days and hours; null: PHONEFLEET_TIMEZONE of each host."""

    when_met: WhenMet
    allow_shared_pool: bool
    """Whether several accounts may be pointed at the same people (shared_pool)."""

    overrides: list[Override]
    version: int
    """Counts up with each change; 0 before the first."""

    set_at: str | None
    """Null before the first change."""


class Me(TypedDict):
    """Who calls."""

    person: str | None
    """The name; null for who has none here, as on the server's own computer."""

    role: Role | None
    """Null until you log in."""

    login_needed: bool
    """Whether a token or a session must be shown before anything else answers."""


class Outcome(TypedDict):
    """What came of one target."""

    position: int
    """Place among the targets, from 0."""

    target: str
    posts: list[str]
    """Addresses of posts, where the target is posts."""

    outcome: str
    """done, already, skipped, failed or unknown; while tasks go on under way or waiting; unfinished or not taken when they have ended before it."""

    steps: list[OutcomeStep]
    detail: str | None
    """Why, in one sentence for a person."""

    task_id: int | None
    """The task that has taken the target."""

    account: str | None
    claimed_at: str | None
    ended_at: str | None


class OutcomePage(TypedDict):
    """One page of outcomes, in the order of the targets."""

    outcomes: list[Outcome]
    total: int
    page: int
    page_size: int


class KnownPerson(TypedDict):
    """Somebody who has a token of this server."""

    name: str
    role: Role
    created_at: str
    token_made_at: str


class PersonWithToken(TypedDict):
    """A person and the token that was made just now."""

    name: str
    role: Role
    created_at: str
    token_made_at: str
    token: str
    """Shown this once; only its digest is kept."""


class PhoneShare(TypedDict):
    """What a campaign would do on one phone."""

    campaign: int
    """Increasing, never used again."""

    tasks: int
    start: Times | None
    """Null when none of its tasks would begin."""

    end: Times | None


class ProfileList(TypedDict):
    """All app profiles, by name."""

    profiles: list[Profile]


class ProfileShown(TypedDict):
    """An app profile with all that it says."""

    name: str
    package: str
    verified: str
    """On what it was last seen to work, for people."""

    own: bool
    """Whether it is a file of this home."""

    built_in: bool
    ranges: list[str]
    languages: list[str]
    problem: str | None
    """Why it cannot be read."""

    revision: str
    text: str
    pages: dict[str, list[str]]
    selectors: list[SelectorShown]
    known_selectors: list[str]
    """Names that scripts ask for."""


class RecordingList(TypedDict):
    """All recordings: those that are going on first, then the newest."""

    recordings: list[Recording]


class ScreenRead(TypedDict):
    """A screen under the rules of a profile."""

    app: str
    package: str
    version: str
    """Of the app; empty where nobody has said it."""

    language: str | None
    """Whose words count; null: those of all languages."""

    range: str
    """Whose rules were taken."""

    covered: bool
    """Whether the range holds the version; else its rules fit best."""

    kind: Literal["page", "challenge", "system_dialog", "foreign", "broken", "unknown"]
    page: str | None
    """What the profile tells: a page, or what lies over one."""

    named_page: str | None
    """What a person has said."""

    width: int
    height: int
    elements: list[View]
    """Those of the app's windows, of the topmost first."""

    selectors: list[SelectorSeen]
    pages: list[PageMarks]


class ScriptList(TypedDict):
    """All scripts: the ten first, then those of the owner by name."""

    scripts: list[Script]
    folder: str | None
    """Where own scripts are taken from; null: this server takes none."""


class UsagePage(TypedDict):
    """One page of accounts and what they have used, by id."""

    accounts: list[AccountUsage]
    total: int
    page: int
    page_size: int


class VerificationList(TypedDict):
    """Verified selectors, by phone, version of the app and name."""

    verifications: list[Verification]


class CampaignPlan(TypedDict):
    """What a campaign would do."""

    id: int
    """Increasing, never used again."""

    name: str
    script_name: str
    timezone: str
    overlap: Overlap
    paused: bool
    fired: int
    """How often it makes tasks."""

    skipped: int
    """How often it does nothing, because tasks of an earlier time go on."""

    failed: int
    """How often it can make no tasks."""

    tasks: int
    cancelled: int
    """Tasks that it makes and cancels again."""

    phones: int
    start: Times | None
    end: Times | None
    estimate: Estimate | None
    """How long one of its tasks takes; null when it makes none."""

    firings: list[FiringPlan]
    """The first ones, at most 50."""

    conflicts: list[Conflict]


class PersonList(TypedDict):
    """Everybody, by name."""

    persons: list[KnownPerson]


class PhonePlan(TypedDict):
    """What a phone would do."""

    serial: str
    alias: str | None
    tasks: int
    before: int
    """Tasks that it runs or that wait for it already."""

    start: Times | None
    """Null when every task would fail at a limit."""

    end: Times | None
    estimate: Estimate | None
    """Null where campaigns are planned: see each of them."""

    limits: list[LimitMet]
    conflicts: list[str]
    """Each a sentence for a person."""

    spans: list[Span]
    """As expected."""

    shares: list[PhoneShare]
    """What is whose, of campaigns."""


class Plan(TypedDict):
    """What a request for tasks would do, or all campaigns over some days; nothing has been done."""

    accepted: bool
    """Whether `POST /task` would take it, or each campaign could make its tasks."""

    refusals: list[PlanRefusal]
    """Why not, such as people whom nobody may contact."""

    tasks: int
    start: Times | None
    end: Times | None
    phones: list[PhonePlan]
    since: str | None
    """Campaigns are planned from here; null for a request."""

    until: str | None
    """Due times up to here are planned; null for a request."""

    cut: str | None
    """Why it does not reach as far as asked for, in a sentence."""

    campaigns: list[CampaignPlan]
    """Empty for a request."""
