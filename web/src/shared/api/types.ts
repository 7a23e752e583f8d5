// What the task API takes and answers; instants are ISO 8601 text with offset.
// Made by `just docs` from the API's OpenAPI document.

/** What to change about an account; what is left out stays. */
export interface AccountChange {
    username?: string;
    /** A name of the phone to bind it to; there it counts as signed out until it is seen. */
    serial?: string;
    enabled?: boolean;
    tags?: (string)[];
}

/** What an account's own profile showed on a day. */
export interface AccountDay {
    /** A calendar day in the time zone of the limits. */
    day: string;
    /** By what they count: followers, following, posts, likes; what the app does not show is left out. */
    numbers: Record<string, ShownNumber>;
    read_at: string;
    task_id: number | null;
}

/** An account's days, the earliest first; days on which nothing was read are left out. */
export interface AccountDays {
    /** Increasing, never used again. */
    account_id: number;
    username: string;
    platform: string;
    days: (AccountDay)[];
}

/** An account and the phone that it is bound to. */
export interface Account {
    /** Increasing, never used again. */
    id: number;
    username: string;
    /** The app profile. */
    platform: string;
    /** The app's package, when its profile is known. */
    packagename: string | null;
    /** Serial of the phone. */
    device: string;
    /** What people call the phone. */
    alias: string | null;
    device_online: boolean;
    /** The phone's alias, else its model, else its serial. */
    device_name: string;
    /** Whether the app has shown the account as signed in on this phone. */
    logined: boolean;
    enabled: boolean;
    /** Only enabled accounts act. */
    status: "enabled" | "disabled" | "held";
    hold_reason: string | null;
    held_since: string | null;
    tags: (string)[];
}

/** One page of accounts, by id. */
export interface AccountPage {
    accounts: (Account)[];
    total: number;
    page: number;
    page_size: number;
}

/** What an account may still do today. */
export interface AccountUsage {
    /** Increasing, never used again. */
    id: number;
    username: string;
    /** The app profile. */
    platform: string;
    /** Serial of the phone. */
    device: string;
    /** What people call the phone; null: it has no other name. */
    alias: string | null;
    date: string;
    /** When the next day begins. */
    resets_at: string;
    /** When it works next; null while it works. */
    opens_at: string | null;
    /** Whether its tasks wait or fail when they meet a limit. */
    when_met: "wait" | "fail";
    actions: (KindUsage)[];
}

/** One request: what was asked for, by whom, and on how many phones it has which outcome. */
export interface ActionBatch {
    /** Also the request's id in the audit trail, without dashes. */
    id: string;
    action: "install" | "reboot" | "wake" | "keyboard" | "language" | "time_zone" | "stay_awake" | "command";
    /** What is done, in a few words. */
    summary: string;
    asked_by: string | null;
    created_at: string;
    total: number;
    counts: ActionCounts;
}

/** One request with the outcome of each phone. */
export interface ActionBatchInDetail {
    /** Also the request's id in the audit trail, without dashes. */
    id: string;
    action: "install" | "reboot" | "wake" | "keyboard" | "language" | "time_zone" | "stay_awake" | "command";
    /** What is done, in a few words. */
    summary: string;
    asked_by: string | null;
    created_at: string;
    total: number;
    counts: ActionCounts;
    devices: (PhoneOutcome)[];
}

/** One page of requests, newest first. */
export interface ActionBatchPage {
    batches: (ActionBatch)[];
    total: number;
    page: number;
    page_size: number;
}

/** How many phones have each outcome. */
export interface ActionCounts {
    waiting?: number;
    running?: number;
    done?: number;
    already?: number;
    failed?: number;
    stopped?: number;
    unknown?: number;
}

/** What was done on the device. */
export interface Action {
    /** Increasing, never used again. */
    id: number;
    kind: string;
    account: string | null;
    target: string;
    state: "intended" | "acting" | "done" | "already" | "unknown" | "failed";
    intended_at: string;
    ended_at: string | null;
    detail: string | null;
    /** The text that was chosen for it. */
    content: string | null;
}

/** An APK that was sent; one of the same content is in the library once. */
export interface AddedApk {
    /** What `apk` of an installation names it by; 8 digits are enough. */
    sha256: string;
    package: string;
    version_name: string;
    version_code: number;
    /** The lowest API level of Android that it runs on. */
    least_sdk: number;
    /** In bytes. */
    size: number;
    added_at: string;
    /** False when it was there already. */
    created: boolean;
}

/** A file that was sent; one of the same content is in the library once. */
export interface AddedMedia {
    /** Increasing, never used again. */
    id: number;
    /** What `material_list` names it by. */
    path: string;
    kind: "image" | "video";
    /** As its content says, such as image/jpeg. */
    media_type: string;
    /** In bytes. */
    size: number;
    sha256: string;
    tags: (string)[];
    added_at: string;
    /** The account that published it last. */
    used_by: string | null;
    /** When it was published last. */
    used_at: string | null;
    /** False when it was there already; it has the new tags, too. */
    created: boolean;
}

/** All APKs of the library, by package, the newest version first. */
export interface ApkList {
    apks: (Apk)[];
}

/** An APK of the library. */
export interface Apk {
    /** What `apk` of an installation names it by; 8 digits are enough. */
    sha256: string;
    package: string;
    version_name: string;
    version_code: number;
    /** The lowest API level of Android that it runs on. */
    least_sdk: number;
    /** In bytes. */
    size: number;
    added_at: string;
}

/** A call that could change something. */
export interface AuditEntry {
    /** Increasing, never used again. */
    id: number;
    at: string;
    /** "anonymous", or the name of the token: the beginning of its digest. */
    actor: string;
    /** The person whose token it was, or `user@localhost`, a user of the server's own computer, where the system tells; null where neither is known. */
    person: string | null;
    address: string;
    method: string;
    path: string;
    /** What people call the phone whose serial is in the path; null: none is. */
    alias?: string | null;
    /** The answer's header X-Request-ID. */
    request_id: string;
    /** The answer's code; null while the call was never answered. */
    code: number | null;
    /** How many tasks the call concerned, when that is known. */
    tasks: number | null;
}

/** One page of the trail, newest first. */
export interface AuditPage {
    entries: (AuditEntry)[];
    total: number;
    page: number;
    page_size: number;
}

/** What was done, or would be done, to a campaign. */
export interface CampaignChange {
    name: string;
    action: "create" | "change" | "keep" | "delete";
    differences: (Difference)[];
}

/** What to change about a campaign; what is left out stays. */
export interface CampaignChanges {
    task?: TaskRequest | null;
    schedule?: Schedule | null;
    jitter?: number | null;
    working_days?: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[] | null;
    start?: string | null;
    end?: string | null;
    random_order?: boolean | null;
    overlap?: "skip" | "queue" | "cancel" | null;
    catch_up?: "none" | "last" | "all" | null;
}

/** A campaign with what became of its last due times, the latest first. */
export interface CampaignDetail {
    /** Increasing, never used again. */
    id: number;
    name: string;
    task: Record<string, unknown>;
    /** The phones that `task.serials` names, those of groups left out. */
    phones: (PhoneName)[];
    schedule: ScheduleOut;
    jitter: number;
    working_days: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[] | null;
    start: string | null;
    end: string | null;
    random_order: boolean;
    overlap: "skip" | "queue" | "cancel";
    catch_up: "none" | "last" | "all";
    paused: boolean;
    version: number;
    /** What a person should know, such as a change in Prefect that does not fit. */
    note: string | null;
    created_at: string;
    updated_at: string;
    /** Where people see it in the Prefect UI; null until Prefect has it. */
    deployment_url: string | null;
    /** The next due times, without jitter; none while it is paused. */
    next_due: (string)[];
    last_firing: Firing | null;
    firings: (Firing)[];
}

/** A campaign. */
export interface Campaign {
    /** Increasing, never used again. */
    id: number;
    name: string;
    task: Record<string, unknown>;
    /** The phones that `task.serials` names, those of groups left out. */
    phones: (PhoneName)[];
    schedule: ScheduleOut;
    jitter: number;
    working_days: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[] | null;
    start: string | null;
    end: string | null;
    random_order: boolean;
    overlap: "skip" | "queue" | "cancel";
    catch_up: "none" | "last" | "all";
    paused: boolean;
    version: number;
    /** What a person should know, such as a change in Prefect that does not fit. */
    note: string | null;
    created_at: string;
    updated_at: string;
    /** Where people see it in the Prefect UI; null until Prefect has it. */
    deployment_url: string | null;
    /** The next due times, without jitter; none while it is paused. */
    next_due: (string)[];
    last_firing: Firing | null;
}

/** One page of campaigns, by name. */
export interface CampaignPage {
    campaigns: (Campaign)[];
    total: number;
    page: number;
    page_size: number;
}

/** What a campaign would do. */
export interface CampaignPlan {
    /** Increasing, never used again. */
    id: number;
    name: string;
    script_name: string;
    timezone: string;
    overlap: "skip" | "queue" | "cancel";
    paused: boolean;
    /** How often it makes tasks. */
    fired: number;
    /** How often it does nothing, because tasks of an earlier time go on. */
    skipped: number;
    /** How often it can make no tasks. */
    failed: number;
    tasks: number;
    /** Tasks that it makes and cancels again. */
    cancelled: number;
    phones: number;
    start: Times | null;
    end: Times | null;
    /** How long one of its tasks takes; null when it makes none. */
    estimate: Estimate | null;
    /** The first ones, at most 50. */
    firings: (FiringPlan)[];
    conflicts: (Conflict)[];
}

/** A new campaign. */
export interface CampaignRequest {
    /** What `POST /task` takes, without `start_time`. */
    task: TaskRequest;
    /** Longest delay after a due time, in seconds; drawn each time. */
    jitter?: number;
    /** Weekdays in its time zone; null: all. */
    working_days?: ("monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday")[] | null;
    /** Due times before it do nothing. */
    start?: string | null;
    /** Due times after it do nothing. */
    end?: string | null;
    /** Draw the order of the tasks of each phone. */
    random_order?: boolean;
    /** While tasks of an earlier time go on: skip this time, queue it, or cancel those. */
    overlap?: "skip" | "queue" | "cancel";
    /** Which due times are made up for after everything was down for over a minute; `all` looks back to the last 100. */
    catch_up?: "none" | "last" | "all";
    schedule: Schedule;
    name: string;
    paused?: boolean;
}

/** What was changed so that the campaigns are as wanted; with `dry_run`, what would be. */
export interface CampaignsApplied {
    changes: (CampaignChange)[];
    applied: boolean;
}

/** All campaigns that there should be, or some of them. */
export interface CampaignsRequest {
    campaigns: (CampaignRequest)[];
    /** Delete the campaigns that are not named. */
    prune?: boolean;
    /** Only tell what would change. */
    dry_run?: boolean;
}

/** A profile with a change, and what that does to the recorded screens of its app. */
export interface Change {
    name: string;
    saved: boolean;
    /** Whether it is a file of this home. */
    own: boolean;
    revision: string;
    text: string;
    /** The lines of a unified diff. */
    difference: (string)[];
    /** How many recorded screens there are. */
    looked_at: number;
    /** Those that something changes, or that contradict a person. */
    effects: (Effect)[];
    /** What it does to the screen of the request; null where that has none. */
    here: Turn | null;
}

/** What to change about a profile, for one range of versions. */
export interface ChangeRequest {
    /** Of the text that is changed. */
    revision: string;
    /** A range of versions as the profile writes it, such as `>=3.0,<4.0`. */
    range: string;
    /** The range of which a new one is a copy. */
    copy_of?: string | null;
    selectors?: Record<string, unknown>;
    pages?: Record<string, unknown>;
    /** A screen on which the change is tried too. */
    here?: HereIn | null;
}

/** What became of a selector. */
export interface Compared {
    selector: string;
    /** `unseen`: no screen of the new side could have it. */
    outcome: "kept" | "lost" | "ambiguous" | "new" | "unseen";
    needed: boolean;
    old: Found | null;
    new: Found | null;
    /** The new screen of the same page, where it should be. */
    there: Hit | null;
}

/** Two versions side by side, what was lost first. */
export interface Comparison {
    old: Side;
    new: Side;
    selectors: (Compared)[];
}

/** Two versions of an app, by their recordings. */
export interface ComparisonRequest {
    /** The name of an app profile. */
    app: string;
    old: SideIn;
    new: SideIn;
}

/** A conflict of a campaign: with other tasks, with itself, with a limit, or with time. */
export interface Conflict {
    /** It makes no tasks; it waits for a phone; it overlaps itself; it wants more than a budget; it is due out of working hours; or it makes more work than there is time for. */
    kind: "refused" | "phone" | "overlap" | "budget" | "hours" | "unfinished";
    /** Goes on after the campaign's name. */
    why: string;
    /** The campaign that it waits for. */
    other: number | null;
    times: number;
    first_at: string | null;
    /** The phones, at most 20. */
    serials: (string)[];
    /** The same phones with their aliases. */
    phones: (PhoneName)[];
}

/** How many tasks have each status; `total` is their sum. */
export interface Counts {
    total: number;
    pending: number;
    running: number;
    completed: number;
    failed: number;
}

/** One task for each phone, and the id under which `GET /devices/actions/{id}` tells what became of all of them. */
export interface CreatedActions {
    task_ids: (number)[];
    created_count: number;
    /** Fields that nobody knows, where PHONEFLEET_UNKNOWN_FIELDS ignores them. */
    ignored_fields?: (string)[] | null;
    id: string;
}

/** The tasks of a request: all of them, in order. */
export interface CreatedTasks {
    task_ids: (number)[];
    created_count: number;
    /** Fields that nobody knows, where PHONEFLEET_UNKNOWN_FIELDS ignores them. */
    ignored_fields?: (string)[] | null;
}

/** For how many days to plan all campaigns, from now on, perhaps with one that is not entered yet. */
export interface DaysRequest {
    days: number;
    /** Paused campaigns too, as if they were resumed now. */
    with_paused?: boolean;
    /** One that is not entered yet, planned among the others as if it were, and not paused. The answer has it with the id 0, or that of `instead_of`; it is refused as `POST /campaigns` would refuse it. */
    campaign?: CampaignRequest | null;
    /** The campaign in whose place `campaign` is, where it is to be changed. */
    instead_of?: number | null;
}

/** How many things were deleted. */
export interface Deleted {
    deleted_count: number;
}

/** How many tasks were deleted, and which ids do not exist. */
export interface DeletedBatch {
    deleted_count: number;
    not_found: (number)[];
}

/** What to do, and to which phones. */
export interface DeviceActionRequest {
    /** What to do to the phone. */
    action: "install" | "reboot" | "wake" | "keyboard" | "language" | "time_zone" | "stay_awake" | "command";
    /** install: an APK of the library, by its SHA-256 or at least 8 digits of it, by its file's name, or by its package where the library has one version of it. */
    apk?: string;
    /** install: also over a newer version, which Android grants to debuggable apps alone. */
    allow_downgrade?: boolean;
    /** reboot: how long the phone may take to be back, in seconds. */
    within?: number;
    /** keyboard: the input method to choose; empty: the one that the phone had before. */
    keyboard?: string;
    /** language: BCP 47 tags with commas between, the first one first. The phone's are shown after its next restart. With `app_package` empty lets the app follow the phone. */
    language?: string;
    /** language: the app whose language it is, on Android 13 and later; empty: the phone's. */
    app_package?: string;
    /** time_zone: an IANA name, such as Europe/Berlin. */
    time_zone?: string;
    /** stay_awake: whether the display stays on while the phone is charged. */
    stay_awake?: boolean;
    /** command: the name of a command in the administrator's list, device-commands.yaml. */
    command?: string;
    /** Serials or aliases, or `group:NAME` for the enabled phones of a group; required unless `group`. */
    serials?: (string)[];
    /** A group, whose enabled phones are meant. */
    group?: string | null;
}

/** What to change about a phone; null takes a name or a group away. */
export interface DeviceChange {
    /** A second name, which no other phone has as alias or serial. */
    alias?: string | null;
    group?: string | null;
    enabled?: boolean;
}

/** A phone that some host has seen. */
export interface Device {
    /** What the phone is called, whatever its address is. */
    serial: string;
    /** The names under which adb has it now, the one that is used first. */
    addresses: (string)[];
    /** What the phone says is its serial number (`ro.serialno`). */
    serial_number: string | null;
    /** Another one on each phone, and after each factory reset. */
    android_id: string | null;
    alias: string | null;
    model: string | null;
    android_version: string | null;
    /** The computer that the phone is connected to. */
    host: string;
    /** Quarantined, if it is; else how it is connected, or busy with a task. */
    state: "online" | "busy" | "offline" | "unauthorized" | "no_permissions" | "recovery" | "ambiguous" | "quarantined";
    /** In percent, when it was last looked at; null for a phone that has none or does not tell. */
    battery: number | null;
    /** A phone that is disabled gets no work; what is queued for it waits. */
    enabled: boolean;
    group: string | null;
    current_task: number | null;
    /** How many tasks wait for it. */
    queue_length: number;
    /** A phone that somebody has taken over gets no work until it is given back; what is queued waits. */
    taken_over: TakenOver | null;
    first_seen: string;
    /** When its connection last changed. */
    last_seen: string;
    /** What a person should know or do about it. */
    note: string | null;
    quarantine_reason: string | null;
    quarantined_since: string | null;
    /** Null while it lasts until somebody ends it. */
    quarantined_until: string | null;
    /** A worker ends its own quarantine when the phone is well; a person's lasts until it is released. */
    quarantined_by: "person" | "worker" | null;
}

/** One page of phones, by serial. */
export interface DevicePage {
    devices: (Device)[];
    /** What adb shows besides, on whatever page. */
    unidentified: (Unidentified)[];
    total: number;
    page: number;
    page_size: number;
}

/** A field that differs; null means that it is not there. */
export interface Difference {
    field: string;
    before: unknown;
    after: unknown;
}

/** What a change does to a recorded screen. */
export interface Effect {
    /** The page that it was told to be. */
    before: string | null;
    after: string | null;
    /** Selectors that are clear only after the change. */
    found: (string)[];
    /** Selectors that were clear only before it. */
    lost: (string)[];
    recording: string;
    screen: string;
    named_page: string | null;
    /** A person has said another page. */
    contradicts: boolean;
}

/** Where an element is in its screen: the place of its window, then its own in the window's document. */
export interface ElementPlace {
    window: number;
    place: number;
}

/** Somebody who must not be contacted. */
export interface Entry {
    /** Case and `@` do not matter. */
    username: string;
    /** App profile; unset: all apps. */
    app?: string | null;
    reason?: string | null;
}

/** Somebody who must not be contacted. */
export interface EntryOut {
    username: string;
    /** App profile; null: all apps. */
    app: string | null;
    reason: string | null;
    since: string;
}

/** What is wrong with the request, field by field. */
export interface ErrorData {
    errors: (FieldError)[];
}

/** How long one task takes, in seconds, without the wait before it. */
export interface Estimate {
    earliest: number;
    expected: number;
    latest: number;
    median: number;
    /** How many earlier tasks of the script say so. */
    samples: number;
    /** Whose they are: the phone's, those of all phones, or nobody's: a usual figure. */
    basis: "phone" | "script" | "default";
}

/** Failed tasks of one kind: of the same script, for the same reason, in the same version of the app. */
export interface FailureKind {
    script_name: string;
    /** The name of the error, such as ElementMissing; empty where nobody knows. */
    error: string;
    /** What went wrong, with a gap for what differs from task to task. */
    kind: string;
    /** The app profile; empty where nobody knows. */
    app: string;
    /** Empty where the app was not reached. */
    app_version: string;
    /** That of the latest. */
    remark: string;
    tasks: number;
    phones: number;
    accounts: number;
    first_at: string;
    last_at: string;
    /** The latest ones, at most 500, the latest first. */
    task_ids: (number)[];
}

/** What has failed and was not retried since, by kind: the most frequent one first. */
export interface FailureKinds {
    kinds: (FailureKind)[];
    tasks: number;
    begin: string;
    end: string;
}

/** A reason for which tasks of a script failed. */
export interface Failure {
    script_name: string;
    remark: string;
    tasks: number;
    /** Increasing, never used again. */
    latest_task_id: number;
}

/** What is wrong with one field of the request. */
export interface FieldError {
    field: string;
    reason: string;
}

/** What became of a due time. */
export interface Firing {
    due_at: string;
    fired_at: string;
    outcome: "fired" | "skipped" | "missed" | "failed";
    remark: string;
    tasks: number;
    flow_run_id: string | null;
}

/** A firing of a campaign. */
export interface FiringPlan {
    due_at: string;
    /** After its jitter, which is drawn for each due time once and for all. */
    begins_at: string;
    outcome: "fired" | "skipped" | "failed";
    /** Tasks of an earlier firing that it cancels. */
    cancelled: number;
    tasks: number;
    /** As expected; null when none of its tasks would come to an end. */
    end: string | null;
}

/** What became of a phone that was forgotten. */
export interface Forgotten {
    serial: string;
    /** What people called it. */
    alias: string | null;
    /** How many tasks waited for it; they have ended. */
    cancelled_count: number;
}

/** An element that was found. */
export interface FoundAt {
    window: number;
    place: number;
    /** Left, top, right, bottom, in pixels. */
    bounds: (number)[];
}

/** Where a selector finds something best. */
export interface Found {
    recording: string;
    screen: string;
    page: string | null;
    count: number;
    label: string;
    clear: boolean;
    places: (FoundAt)[];
}

/** The answer of a health check that passed. */
export interface Health {
    status: "ok";
}

/** An account that must not act until a person releases it. */
export interface Held {
    username: string;
    app: string;
    serial: string;
    alias: string | null;
    reason: string;
    since: string;
}

/** The screen that a person has before them, such as what a phone shows now, and of which app it is. */
export interface HereIn {
    screen: ScreenIn;
    /** Of the app; that of the recording if left out. */
    version?: string | null;
    /** As a BCP 47 tag; that of the recording if left out. */
    language?: string | null;
}

/** How long ended tasks are kept, and what was deleted since the API began. */
export interface History {
    /** How long ended tasks are kept, as in 90d; forever: they are never deleted. */
    kept: string;
    /** When everything older was last deleted; null: not yet since the API began. */
    cleaned_at: string | null;
    /** Number of ended tasks that were deleted since the API began. */
    deleted: number;
    /** Number of older tasks that wait until Prefect has deleted their runs. */
    waiting: number;
    /** What keeps the API from deleting, in one sentence; null: nothing. */
    remark: string | null;
}

/** How many elements a rule finds on a recorded screen. */
export interface Hit {
    recording: string;
    screen: string;
    page: string | null;
    count: number;
}

/** Why an account must not act. */
export interface HoldRequest {
    reason: string;
}

/** Whether a joined host is heard. */
export interface HostHealth {
    name: string;
    state: "online" | "away";
}

/** All joined hosts, by name. */
export interface HostList {
    /** The name of the main host's own worker. */
    main: string;
    /** Which version of the product the main host has. */
    version: string;
    hosts: (Host)[];
}

/** A joined host, and whether it lives. */
export interface Host {
    name: string;
    /** Away: nothing was heard of it for half a minute. */
    state: "never joined" | "online" | "away";
    /** How many phones are there now. */
    phones: number;
    /** Which version of the product its worker has. */
    version: string | null;
    added_at: string;
    joined_at: string | null;
    seen_at: string | null;
    away_since: string | null;
    /** How far its clock is ahead of the main host's, in seconds. */
    clock_ahead: number | null;
    /** What a person should know, such as why its worker was refused last. */
    remark: string | null;
}

/** Which host was removed; its token has ended. */
export interface HostRemoved {
    name: string;
}

/** A host to add. */
export interface HostRequest {
    name: string;
}

/** A host and the token that was made just now. */
export interface HostWithToken {
    name: string;
    /** Away: nothing was heard of it for half a minute. */
    state: "never joined" | "online" | "away";
    /** How many phones are there now. */
    phones: number;
    /** Which version of the product its worker has. */
    version: string | null;
    added_at: string;
    joined_at: string | null;
    seen_at: string | null;
    away_since: string | null;
    /** How far its clock is ahead of the main host's, in seconds. */
    clock_ahead: number | null;
    /** What a person should know, such as why its worker was refused last. */
    remark: string | null;
    /** Shown this once; only its digest is kept. */
    token: string;
    /** Where others reach this API, over TLS or through a proxy, if it knows. */
    url: string | null;
    /** SHA-256 digest of the authority of this server's certificate, where it has one of its own. */
    ca_fingerprint: string | null;
}

/** A phone that can do nothing. */
export interface Ill {
    serial: string;
    alias: string | null;
    state: string;
    reason: string | null;
    last_seen: string;
}

/** How many accounts a file has entered or changed, and which of its lines were left out. */
export interface Imported {
    created_count: number;
    updated_count: number;
    /** Empty unless `partial` was asked for. */
    errors: (LineError)[];
}

/** One input: exactly one of `tap`, `swipe`, `text` and `key`. */
export interface InputRequest {
    lease: string;
    tap?: TapIn | null;
    swipe?: SwipeIn | null;
    /** Typed where the cursor is; kept nowhere. */
    text?: string | null;
    key?: "back" | "home" | "recents" | "enter" | "delete" | "menu" | "power" | "wake" | "tab" | "left" | "right" | "up" | "down" | "volume_up" | "volume_down" | null;
}

/** An app as a phone has it. */
export interface Installed {
    serial: string;
    alias: string | null;
    app: string;
    package: string;
    version: string;
    /** As a BCP 47 tag; empty if the phone does not say it. */
    language: string;
    /** Whether the profile knows this version. */
    covered: boolean;
}

/** What an account has used of one budget today, and what is left. */
export interface KindUsage {
    kind: "follow" | "unfollow" | "like" | "favorite" | "repost" | "share" | "comment" | "message" | "post" | "profile";
    /** What was done, may have been done, or is about to be done. */
    used: number;
    budget: number;
    left: number;
}

/** What this installation allows. */
export interface License {
    plan_name: string;
    api_enabled: boolean;
    device_limit: number;
    message: string;
}

/** A limit that tasks meet. */
export interface LimitMet {
    /** Whose tasks they are; null: those of the request. */
    campaign: number | null;
    account: string;
    /** Of actions; null when no kind of them is possible. */
    kind: "follow" | "unfollow" | "like" | "favorite" | "repost" | "share" | "comment" | "message" | "post" | "profile" | null;
    limit: "budget" | "gap" | "hours";
    /** Goes on after the account's name. */
    why: string;
    /** When the first of them goes on; null: never. */
    until: string | null;
    /** Whether they fail; otherwise they wait. */
    fails: boolean;
    tasks: number;
    /** When they meet it, first on each day (UTC), of at most 31 days. */
    at: (string)[];
}

/** All limits, as they hold now. */
export interface Limits {
    /** Actions a day of each account, by kind. */
    budgets: Record<string, number>;
    /** Seconds between any two actions of an account. */
    gap: number;
    /** Seconds between two actions of the same kind, in place of `gap`. */
    gaps: Record<string, number>;
    /** When accounts act: spans of local time, for every day or by weekday, else never; null: always. */
    hours: Record<string, (string)[]> | null;
    /** IANA name of the zone of days and hours; null: PHONEFLEET_TIMEZONE of each host. */
    timezone: string | null;
    /** Whether a task that meets a limit waits or fails. */
    when_met: "wait" | "fail";
    /** Whether several accounts may be pointed at the same people (shared_pool). */
    allow_shared_pool: boolean;
    overrides: (OverrideOutput)[];
    /** Counts up with each change; 0 before the first. */
    version: number;
    /** Null before the first change. */
    set_at: string | null;
}

/** All limits, to hold in place of those that hold now; what is left out is as it is by default. */
export interface LimitsRequest {
    /** Actions a day of each account, by kind. */
    budgets?: Record<string, number>;
    /** Seconds between any two actions of an account. */
    gap?: number;
    /** Seconds between two actions of the same kind, in place of `gap`. */
    gaps?: Record<string, number>;
    /** When accounts act: spans of local time, for every day or by weekday, else never; null: always. */
    hours?: Record<string, (string)[]> | (string)[] | null;
    /** IANA name of the zone of days and hours; null: PHONEFLEET_TIMEZONE of each host. */
    timezone?: string | null;
    /** Whether a task that meets a limit waits or fails. */
    when_met?: "wait" | "fail";
    /** Whether several accounts may be pointed at the same people (shared_pool). */
    allow_shared_pool?: boolean;
    overrides?: (OverrideInput)[];
    /** The version that these replace: refused when others hold by now. Null: any. */
    version?: number | null;
}

/** What is wrong with one line of a file. */
export interface LineError {
    field: string;
    reason: string;
    /** Of the file, from 1; a row that spans several lines is named by its first. */
    line: number;
}

/** A screen, and by which rules it is read: those of a range, or else those for the version. */
export interface LookRequest {
    screen: ScreenIn;
    /** Of the app; that of the recording if left out. */
    version?: string | null;
    /** As a BCP 47 tag; that of the recording if left out. */
    language?: string | null;
    /** The name of an app profile. */
    app: string;
    range?: string | null;
}

/** A selector by which a page is told, and whether it is on the screen. */
export interface MarkSeen {
    selector: string;
    found: boolean;
}

/** Which app's accounts to read. */
export interface MatchRequest {
    /** App profile; unset: the configured one. */
    app?: string | null;
}

/** Who calls. */
export interface Me {
    /** The name; null for who has none here, as on the server's own computer. */
    person: string | null;
    /** Null until you log in. */
    role: Role | null;
    /** Whether a token or a session must be shown before anything else answers. */
    login_needed: boolean;
}

/** What can be changed of a file. */
export interface MediaChange {
    tags: (string)[];
}

/** A picture or a video of the library. */
export interface Media {
    /** Increasing, never used again. */
    id: number;
    /** What `material_list` names it by. */
    path: string;
    kind: "image" | "video";
    /** As its content says, such as image/jpeg. */
    media_type: string;
    /** In bytes. */
    size: number;
    sha256: string;
    tags: (string)[];
    added_at: string;
    /** The account that published it last. */
    used_by: string | null;
    /** When it was published last. */
    used_at: string | null;
}

/** One page of the library, oldest first. */
export interface MediaPage {
    media: (Media)[];
    total: number;
    page: number;
    page_size: number;
}

/** An account, and the phone that it is bound to. */
export interface NewAccount {
    /** Without regard to case, unique within the app; `@` is optional. */
    username: string;
    /** Serial, alias or address of a phone; `device` means the same. */
    serial: string;
    /** App profile; unset: the configured one. */
    platform?: string | null;
    enabled?: boolean;
    tags?: (string)[];
}

/** An app that has no profile yet. */
export interface NewProfileRequest {
    /** The name of an app profile. */
    name: string;
    package: string;
    /** A range of versions as the profile writes it, such as `>=3.0,<4.0`. */
    range: string;
}

/** What came of one target. */
export interface Outcome {
    /** Place among the targets, from 0. */
    position: number;
    target: string;
    /** Addresses of posts, where the target is posts. */
    posts: (string)[];
    /** done, already, skipped, failed or unknown; while tasks go on under way or waiting; unfinished or not taken when they have ended before it. */
    outcome: string;
    steps: (Step)[];
    /** Why, in one sentence for a person. */
    detail: string | null;
    /** The task that has taken the target. */
    task_id: number | null;
    account: string | null;
    claimed_at: string | null;
    ended_at: string | null;
}

/** One page of outcomes, in the order of the targets. */
export interface OutcomePage {
    outcomes: (Outcome)[];
    total: number;
    page: number;
    page_size: number;
}

/** Other limits for the accounts that match all given selectors. Limits that are left out stay. */
export interface OverrideInput {
    /** One account; `@` and case do not matter. */
    username?: string | null;
    /** The accounts of one app profile. */
    app?: string | null;
    /** The accounts with this tag. */
    tag?: string | null;
    /** The accounts whose phone is in this group. */
    group?: string | null;
    budgets?: Record<string, number>;
    gap?: number | null;
    gaps?: Record<string, number>;
    hours?: Record<string, (string)[]> | (string)[] | null;
    when_met?: "wait" | "fail" | null;
}

/** Other limits for the accounts that match all given selectors. Limits that are left out stay. */
export interface OverrideOutput {
    /** One account; `@` and case do not matter. */
    username: string | null;
    /** The accounts of one app profile. */
    app: string | null;
    /** The accounts with this tag. */
    tag: string | null;
    /** The accounts whose phone is in this group. */
    group: string | null;
    budgets: Record<string, number>;
    gap: number | null;
    gaps: Record<string, number>;
    hours: Record<string, (string)[]> | null;
    when_met: "wait" | "fail" | null;
}

/** A page of the profile; it is told where all its marks are found, and the first such page counts. */
export interface PageMarks {
    page: string;
    marks: (MarkSeen)[];
}

/** Which page a recorded screen is. */
export interface PageRequest {
    /** Null takes back what was said. */
    page: string | null;
}

/** A takeover that has ended. */
export interface PastTakeover {
    by: string;
    since: string;
    /** Null where it ended before the phone was free. */
    held_since: string | null;
    ended_at: string;
    /** `idleness` where nobody gave it back. */
    ended_by: string;
    inputs: number;
}

/** How many entries are new, and how many were there before. */
export interface PeopleAdded {
    added_count: number;
    replaced_count: number;
}

/** People to take off the list. */
export interface PeopleNames {
    usernames: (string)[];
    /** Only their entries for this app profile; unset: all of them. */
    app?: string | null;
}

/** One page of the list, by name. */
export interface PeoplePage {
    entries: (EntryOut)[];
    total: number;
    page: number;
    page_size: number;
}

/** How many entries were removed, and which names were not on the list. */
export interface PeopleRemoved {
    removed_count: number;
    not_found: (string)[];
}

/** People to add, or whose reasons to replace. */
export interface PeopleRequest {
    entries: (Entry)[];
}

/** Everybody, by name. */
export interface PersonList {
    persons: (Person)[];
}

/** Somebody who has a token of this server. */
export interface Person {
    name: string;
    role: Role;
    created_at: string;
    token_made_at: string;
}

/** Who was removed; token and sessions have ended. */
export interface PersonRemoved {
    name: string;
}

/** A person to add. */
export interface PersonRequest {
    name: string;
    role: Role;
}

/** A person and the token that was made just now. */
export interface PersonWithToken {
    name: string;
    role: Role;
    created_at: string;
    token_made_at: string;
    /** Shown this once; only its digest is kept. */
    token: string;
}

/** A phone, as answers about something else name it. */
export interface PhoneName {
    serial: string;
    /** What people call it now; null: it has no other name. */
    alias: string | null;
}

/** What became of it on one phone. */
export interface PhoneOutcome {
    serial: string;
    alias: string | null;
    /** Increasing, never used again. */
    task_id: number;
    /** `unknown`: the phone is not connected, or it may have been done and nobody can see whether it was. */
    outcome: "waiting" | "running" | "done" | "already" | "failed" | "stopped" | "unknown";
    /** Why it waits, failed or is unknown; of what was done, what came of it. */
    reason: string | null;
    ended_at: string | null;
}

/** What a phone would do. */
export interface PhonePlan {
    serial: string;
    alias: string | null;
    tasks: number;
    /** Tasks that it runs or that wait for it already. */
    before: number;
    /** Null when every task would fail at a limit. */
    start: Times | null;
    end: Times | null;
    /** Null where campaigns are planned: see each of them. */
    estimate: Estimate | null;
    limits: (LimitMet)[];
    /** Each a sentence for a person. */
    conflicts: (string)[];
    /** As expected. */
    spans: (Span)[];
    /** What is whose, of campaigns. */
    shares: (PhoneShare)[];
}

/** A phone to show, and which picture of it the client has already. */
export interface PhoneSeen {
    /** Serial, alias, or an address that it has or had. */
    serial: string;
    /** The `tag` of the picture that the client has. */
    seen?: string | null;
}

/** What a campaign would do on one phone. */
export interface PhoneShare {
    /** Increasing, never used again. */
    campaign: number;
    tasks: number;
    /** Null when none of its tasks would begin. */
    start: Times | null;
    end: Times | null;
}

/** What a request for tasks would do, or all campaigns over some days; nothing has been done. */
export interface Plan {
    /** Whether `POST /task` would take it, or each campaign could make its tasks. */
    accepted: boolean;
    /** Why not, such as people whom nobody may contact. */
    refusals: (FieldError)[];
    tasks: number;
    start: Times | null;
    end: Times | null;
    phones: (PhonePlan)[];
    /** Campaigns are planned from here; null for a request. */
    since: string | null;
    /** Due times up to here are planned; null for a request. */
    until: string | null;
    /** Why it does not reach as far as asked for, in a sentence. */
    cut: string | null;
    /** Empty for a request. */
    campaigns: (CampaignPlan)[];
}

/** All app profiles, by name. */
export interface ProfileList {
    profiles: (Profile)[];
}

/** An app profile. */
export interface Profile {
    name: string;
    package: string;
    /** On what it was last seen to work, for people. */
    verified: string;
    /** Whether it is a file of this home. */
    own: boolean;
    built_in: boolean;
    ranges: (string)[];
    languages: (string)[];
    /** Why it cannot be read. */
    problem: string | null;
}

/** An app profile with all that it says. */
export interface ProfileShown {
    name: string;
    package: string;
    /** On what it was last seen to work, for people. */
    verified: string;
    /** Whether it is a file of this home. */
    own: boolean;
    built_in: boolean;
    ranges: (string)[];
    languages: (string)[];
    /** Why it cannot be read. */
    problem: string | null;
    revision: string;
    text: string;
    pages: Record<string, (string)[]>;
    selectors: (SelectorShown)[];
    /** Names that scripts ask for. */
    known_selectors: (string)[];
}

/** How many of a task's targets are done. */
export interface Progress {
    done: number;
    total: number;
}

/** Why a phone gets no work. */
export interface QuarantineRequest {
    reason: string;
}

/** The answer of a readiness check that passed: tasks are taken. Whether they start now, `remark` says. */
export interface Readiness {
    status: "ok";
    /** Whether a worker is alive that can run tasks; null: not known yet. */
    worker: boolean | null;
    /** What keeps all tasks from starting, in one sentence for a person. */
    remark: string | null;
    /** The hosts that have joined, and whether each is heard now. */
    hosts: (HostHealth)[];
    history: History;
}

/** A screen of a recording. */
export interface RecordedScreen {
    name: string;
    /** What a person has said, else what the profile tells. */
    page: string | null;
    /** What a person has said. */
    named_page: string | null;
    picture: boolean;
    /** Why it cannot be read. */
    problem: string | null;
}

/** All recordings: those that are going on first, then the newest. */
export interface RecordingList {
    recordings: (Recording)[];
}

/** A recording: one that is kept, or one that is going on or has failed. */
export interface Recording {
    name: string;
    state: "running" | "writing" | "done" | "failed";
    /** The profile by which it was recorded; null where that is not known. */
    app: string | null;
    package: string;
    version: string;
    language: string;
    /** The phone, while it is going on. */
    serial: string | null;
    /** What the phone is called. */
    alias: string | null;
    screens: number;
    steps: number | null;
    recorded_at: string;
    /** When it ends by itself. */
    until: string | null;
    /** The last that it has to tell a person. */
    told: string;
    /** Why it failed. */
    remark: string | null;
}

/** What to record. People are always masked; `phonefleet record --keep-names` is for whoever needs them. */
export interface RecordingRequest {
    /** Any name of the phone. */
    serial: string;
    /** The name of an app profile. */
    app: string;
    /** Of the recording; app and time if left out. */
    name?: string | null;
    /** It ends by itself after this time. */
    seconds?: number;
}

/** A recording with its screens, in the order in which they were met. */
export interface RecordingShown {
    name: string;
    state: "running" | "writing" | "done" | "failed";
    /** The profile by which it was recorded; null where that is not known. */
    app: string | null;
    package: string;
    version: string;
    language: string;
    /** The phone, while it is going on. */
    serial: string | null;
    /** What the phone is called. */
    alias: string | null;
    screens: number;
    steps: number | null;
    recorded_at: string;
    /** When it ends by itself. */
    until: string | null;
    /** The last that it has to tell a person. */
    told: string;
    /** Why it failed. */
    remark: string | null;
    shown: (RecordedScreen)[];
}

/** What was done in a span of time, and what stands still now. */
export interface Report {
    begin: string;
    end: string;
    completed: number;
    failed: number;
    /** Tasks that a person stopped in that time. */
    stopped: number;
    /** Tasks that run now. */
    running: number;
    /** Tasks that wait now. */
    pending: number;
    /** Actions that the screen has shown to be done, by kind. */
    actions: Record<string, number>;
    /** The most frequent reason first. */
    failures: (Failure)[];
    /** Each waits for a person; the longest held first. */
    held: (Held)[];
    /** Enabled phones that can do nothing, those in quarantine first. */
    ill: (Ill)[];
    /** The report in one line. */
    title: string;
    /** The report as people get it; times are in the zone that its first line names. */
    text: string;
}

/** The tasks that are retried, or would be. */
export interface Retried {
    retried_count: number;
    task_ids: (number)[];
    /** True where nothing was retried, only looked up. */
    dry_run?: boolean | null;
}

export type Role = "watch" | "operate" | "administer";

/** Another role for a person. */
export interface RoleRequest {
    role: Role;
}

/** A rule, and what it finds. */
export interface Rule {
    /** One alternative of a selector as a profile has it, on one line. */
    rule: string;
    /** On this screen. */
    count: number;
    places: (FoundAt)[];
    /** Whether the first one is the element, or what takes a touch of it. */
    finds_it: boolean;
    /** Whether it gives what takes the touch, and not the element itself. */
    takes: boolean;
    /** Whether it says more than words and classes: only then it may act. */
    anchored: boolean;
    /** The element alone, and one on each recorded screen of the page. */
    unique: boolean;
    /** On how many other recorded screens of the page it finds one element. */
    one: number;
    /** On how many it finds more. */
    several: number;
    /** On how many it finds nothing. */
    none: number;
    same_page: (Hit)[];
    /** Recorded screens of other pages on which it finds something. */
    elsewhere: (Hit)[];
    elsewhere_count: number;
    /** What it finds says, here and on the page's other screens: 10 at the most. */
    labels: (string)[];
}

/** Rules, the surest first; first those that the request has named, in its order. */
export interface Rules {
    page: string | null;
    /** How many recorded screens there are for these versions of the app. */
    compared: number;
    rules: (Rule)[];
}

/** What a person has pointed at, or rules to try, or both. */
export interface RulesRequest {
    screen: ScreenIn;
    /** Of the app; that of the recording if left out. */
    version?: string | null;
    /** As a BCP 47 tag; that of the recording if left out. */
    language?: string | null;
    /** The name of an app profile. */
    app: string;
    range?: string | null;
    element?: ElementPlace | null;
    rules?: (string)[];
}

/** A command of the administrator's list; what it runs stands there alone. */
export interface SavedCommand {
    name: string;
    description: string;
    /** How long it may take, in seconds. */
    timeout: number;
    /** Whether it is run again when it was interrupted. */
    repeatable: boolean;
    /** Who may ask for it. */
    role: Role;
}

/** The administrator's list of commands. */
export interface SavedCommands {
    commands: (SavedCommand)[];
}

/** When something is due: exactly one of `cron`, `interval` and `rrule`. */
export interface Schedule {
    /** minute hour day month weekday: 0 9 * * mon-fri */
    cron?: string | null;
    /** Seconds between two due times. */
    interval?: number | null;
    /** A due time that intervals count from. */
    anchor?: string | null;
    /** A recurrence rule of RFC 5545. */
    rrule?: string | null;
    /** IANA name; unset: the configured zone, kept with the campaign. */
    timezone?: string | null;
}

/** When a campaign is due. */
export interface ScheduleOut {
    cron: string | null;
    interval: number | null;
    anchor: string | null;
    rrule: string | null;
    timezone: string | null;
}

/** Somebody who was found: by which task, in which list, at which place from 1. */
export interface ScrapedUser {
    username: string;
    source: string;
    position: number;
    /** Increasing, never used again. */
    task_id: number;
    seen_at: string;
}

/** One page of people, in order of discovery. */
export interface ScrapedUserPage {
    users: (ScrapedUser)[];
    total: number;
    page: number;
    page_size: number;
}

/** A screen: one of a recording, or the hierarchy that a phone shows or somebody has saved. */
export interface ScreenIn {
    recording?: string | null;
    /** Of the screen, in its recording. */
    name?: string | null;
    /** XML, in any form that `phonefleet profile check` reads. */
    hierarchy?: string | null;
}

/** What a phone shows. */
export interface Screen {
    /** As it was asked for. */
    serial: string;
    /** Another one for each picture; null while there is none. */
    tag: string | null;
    /** When the phone was last seen to show this. */
    at: string | null;
    width: number | null;
    height: number | null;
    /** Base64; null where the client has it already, or there is none. */
    jpeg: string | null;
    /** Why there is no newer picture, for a person. */
    error: string | null;
}

/** A screen under the rules of a profile. */
export interface ScreenRead {
    app: string;
    package: string;
    /** Of the app; empty where nobody has said it. */
    version: string;
    /** Whose words count; null: those of all languages. */
    language: string | null;
    /** Whose rules were taken. */
    range: string;
    /** Whether the range holds the version; else its rules fit best. */
    covered: boolean;
    kind: "page" | "challenge" | "system_dialog" | "foreign" | "broken" | "unknown";
    /** What the profile tells: a page, or what lies over one. */
    page: string | null;
    /** What a person has said. */
    named_page: string | null;
    width: number;
    height: number;
    /** Those of the app's windows, of the topmost first. */
    elements: (View)[];
    selectors: (SelectorSeen)[];
    pages: (PageMarks)[];
}

/** What phones show, in the order in which they were asked for. */
export interface Screens {
    screens: (Screen)[];
}

/** Which phones to show, and how. */
export interface ScreensRequest {
    phones: (PhoneSeen)[];
    /** Pixels along the shorter side of the display. */
    width?: number;
    /** Of JPEG. */
    quality?: number;
    /** How long to wait for a change, in seconds. */
    wait?: number;
}

/** All scripts: the ten first, then those of the owner by name. */
export interface ScriptList {
    scripts: (Script)[];
    /** Where own scripts are taken from; null: this server takes none. */
    folder: string | null;
}

/** A script that a request may name; one of the owner's that cannot be used tells why. */
export interface Script {
    name: string;
    title: string;
    /** What it does, in a sentence or two. */
    description: string;
    /** Whether it is a file of the owner, and none of the ten. */
    own: boolean;
    /** The path of an own script. */
    file: string | null;
    /** Why it cannot be used as it stands, with file and line; null: it can be. */
    flaw: string | null;
    /** Whether it acts as an account; others only read. */
    acts: boolean;
    /** The one kind of action that it does. */
    only_action: string | null;
    /** The lists of its configuration that a request is divided by, one task a target. */
    target_fields: (string)[];
    /** The JSON schema of its `script_config`. */
    config_schema: Record<string, unknown>;
}

/** A selector as it is to be. */
export interface SelectorIn {
    any: (string)[];
    holds?: "handle" | "display_name" | "number" | "label" | null;
    /** The version it was read for: it is not verified until a person says so on a phone. */
    read_for?: string | null;
}

/** What a selector of the profile finds on the screen, if anything. */
export interface SelectorSeen {
    selector: string;
    count: number;
    /** Which one found it, from 0. */
    alternative: number | null;
    /** What the first one says. */
    label: string;
    places: (FoundAt)[];
    /** Whether it found what it is meant to find, as far as a program can tell. */
    clear: boolean;
    ambiguous: boolean;
    /** Looks like a row of a list, or a card of somebody else. */
    row: boolean;
    /** It acts, and is known by words and classes only. */
    by_words_alone: boolean;
    contradicted_by: (string)[];
    /** Something that cannot be taken back needs it. */
    needed: boolean;
    /** Whether the profile says that it was seen to work. */
    verified: boolean;
    /** What stands for its rules when it is recorded as seen to work. */
    fingerprint: string;
}

/** A selector as a profile has it. */
export interface SelectorShown {
    selector: string;
    /** The range it is for; null: for all versions. */
    range: string | null;
    any: (string)[];
    holds: "handle" | "display_name" | "number" | "label" | null;
    read_for: string | null;
}

/** The report that was sent. */
export interface SentReport {
    title: string;
    text: string;
}

/** Whether there was a session that has ended now. */
export interface SessionEnded {
    ended: boolean;
}

/** Whose session begins: the one whose token this is. */
export interface SessionRequest {
    token: string;
}

/** A number as an app has shown it, which rounds large ones. */
export interface ShownNumber {
    value: number;
    /** The true number lies within one step of the value; 1: it is exact. */
    step: number;
    /** What the app wrote. */
    text: string;
}

/** The recordings of one version of an app. */
export interface SideIn {
    recordings: (string)[];
    /** Whose rules count; those for the version if left out. */
    range?: string | null;
}

/** What one side is. */
export interface Side {
    versions: (string)[];
    range: string;
    screens: number;
    /** Of how many nobody knows the page. */
    unknown: number;
}

/** A time in which a phone is expected to work, waits between tasks included. */
export interface Span {
    start: string;
    end: string;
    /** Whether the plan is about these tasks, not those that are there already. */
    asked: boolean;
    tasks: number;
    campaign: number | null;
}

/** A place on the screen as it is shown, as fractions of its width and height. */
export interface SpotIn {
    x: number;
    y: number;
}

/** How many tasks have each status, and with `?by=` the same for each script or device. */
export interface Stats {
    total: number;
    pending: number;
    running: number;
    completed: number;
    failed: number;
    by_script?: Record<string, Counts> | null;
    /** By the serials of phones. */
    by_device?: Record<string, Counts> | null;
    /** What people call those of these phones that have another name, by serial. */
    aliases?: Record<string, string> | null;
}

/** One thing that was to be done with a target, and what came of it. */
export interface Step {
    action: string;
    outcome: string;
    detail: string | null;
}

/** A finger that moves from one place to another. */
export interface SwipeIn {
    from: SpotIn;
    to: SpotIn;
    seconds?: number;
}

/** Who has taken a phone over. */
export interface TakenOver {
    /** Waiting until what runs has come to a safe point. */
    state: "waiting" | "held";
    by: string;
    since: string;
    /** When it ends by itself, unless something is entered before. */
    until: string;
}

/** Who has taken a phone over. */
export interface Takeover {
    /** `waiting` until what runs on the phone has come to a safe point; inputs are refused till then. */
    state: "none" | "waiting" | "held";
    /** What inputs have to name; only its holder is told. */
    lease: string | null;
    by: string | null;
    since: string | null;
    /** When it ends by itself; each input moves it on. */
    until: string | null;
    idle_seconds: number | null;
    /** How many touches, keys and texts there were. */
    inputs: number;
}

/** How to take a phone over. */
export interface TakeoverRequest {
    /** It ends by itself when nothing was entered for so long. */
    idle_seconds?: number;
    /** Who takes it over; counts where the server does not know the person by a token. */
    by?: string | null;
}

/** Who has taken a phone over, and who had before. */
export interface TakeoverShown {
    /** `waiting` until what runs on the phone has come to a safe point; inputs are refused till then. */
    state: "none" | "waiting" | "held";
    /** What inputs have to name; only its holder is told. */
    lease: string | null;
    by: string | null;
    since: string | null;
    /** When it ends by itself; each input moves it on. */
    until: string | null;
    idle_seconds: number | null;
    /** How many touches, keys and texts there were. */
    inputs: number;
    earlier: (PastTakeover)[];
}

/** A touch, or a long one. */
export interface TapIn {
    x: number;
    y: number;
    /** How long the finger stays. */
    seconds?: number;
}

/** A task with what was done on the device and the screenshots of it. */
export interface TaskDetail {
    /** Increasing, never used again. */
    id: number;
    script_name: string;
    script_config: Record<string, unknown>;
    serial: string;
    /** What people call the phone now. */
    alias: string | null;
    username: string | null;
    app: string | null;
    /** 0 pending, 1 running, 2 completed, 3 failed. */
    status: number;
    status_text: string;
    /** The name of the Prefect state; null until Prefect has the task. */
    state: string | null;
    /** Why it failed, or did nothing, in one sentence for a person. */
    remark: string | null;
    source: string;
    created_at: string;
    scheduled_for: string;
    start_time: string | null;
    end_time: string | null;
    retry_count: number;
    progress: Progress;
    result: Record<string, unknown> | null;
    flow_run_id: string | null;
    /** Where people see the task in the Prefect UI. */
    flow_run_url: string | null;
    /** The drawn wait on the device before this task. */
    wait_seconds: number;
    campaign_id: number | null;
    /** Why a pending task has not begun, in one sentence for a person. */
    waits_for: string | null;
    /** The same as a word for programs, such as `phone_offline`; see docs/waiting.md for all. */
    waits_code: string | null;
    actions: (Action)[];
    artifacts: (unknown)[];
}

/** Tasks to delete. */
export interface TaskIds {
    task_ids: (number)[];
}

/** A task. */
export interface Task {
    /** Increasing, never used again. */
    id: number;
    script_name: string;
    script_config: Record<string, unknown>;
    serial: string;
    /** What people call the phone now. */
    alias: string | null;
    username: string | null;
    app: string | null;
    /** 0 pending, 1 running, 2 completed, 3 failed. */
    status: number;
    status_text: string;
    /** The name of the Prefect state; null until Prefect has the task. */
    state: string | null;
    /** Why it failed, or did nothing, in one sentence for a person. */
    remark: string | null;
    source: string;
    created_at: string;
    scheduled_for: string;
    start_time: string | null;
    end_time: string | null;
    retry_count: number;
    progress: Progress;
    result: Record<string, unknown> | null;
    flow_run_id: string | null;
    /** Where people see the task in the Prefect UI. */
    flow_run_url: string | null;
    /** The drawn wait on the device before this task. */
    wait_seconds: number;
    campaign_id: number | null;
    /** Why a pending task has not begun, in one sentence for a person. */
    waits_for: string | null;
    /** The same as a word for programs, such as `phone_offline`; see docs/waiting.md for all. */
    waits_code: string | null;
}

/** One page of tasks, newest first. */
export interface TaskPage {
    tasks: (Task)[];
    total: number;
    page: number;
    page_size: number;
}

/** What to do, on which phones or as which accounts, and when. */
export interface TaskRequest {
    /** Device serials or aliases, or `group:NAME` for the enabled devices of a group; required unless `usernames`. */
    serials?: (string)[] | null;
    /** Accounts to act as, each on the device that it is bound to; `@` is optional. `tag:NAME` means the enabled accounts with a tag. */
    usernames?: (string)[] | null;
    /** One of the ten, or of your own scripts; see `GET /scripts`. */
    script_name: string;
    /** See the script; unknown keys are refused. */
    script_config?: Record<string, unknown> | null;
    /** In device mode: one task for each enabled account of each device. */
    enable_multi_account?: boolean | null;
    /** Shortest wait between tasks on one device; unset: 1 second, or 0 minutes. */
    min_interval?: number | null;
    /** Longest wait between tasks on one device; unset: 5 seconds, or 0 minutes. */
    max_interval?: number | null;
    /** Unit of both; unset: `PHONEFLEET_INTERVAL_UNIT`, which is seconds unless set. */
    interval_unit?: "seconds" | "minutes" | null;
    /** "HH:MM" in the configured time zone, or an ISO 8601 instant. */
    start_time?: string | null;
    /** App profile to drive; unset: that of the posts or accounts, else the configured one. */
    app?: string | null;
}

/** An instant with its uncertainty. */
export interface Times {
    /** If nearly every task is as quick as the quickest tenth of earlier ones. */
    earliest: string;
    /** If tasks take what earlier ones took on average. */
    expected: string;
    /** If nearly every task is as slow as the slowest tenth of earlier ones. */
    latest: string;
}

/** What a change does to a screen. */
export interface Turn {
    /** The page that it was told to be. */
    before: string | null;
    after: string | null;
    /** Selectors that are clear only after the change. */
    found: (string)[];
    /** Selectors that were clear only before it. */
    lost: (string)[];
}

/** Something that adb shows and that is no known phone, or has not said which one it is. */
export interface Unidentified {
    /** Its name in adb. */
    address: string;
    host: string;
    /** How adb has it, or `unread` while it does not say which phone it is. */
    state: string;
    /** What a person can do about it. */
    advice: string | null;
}

/** One page of accounts and what they have used, by id. */
export interface UsagePage {
    accounts: (AccountUsage)[];
    total: number;
    page: number;
    page_size: number;
}

/** Verified selectors, by phone, version of the app and name. */
export interface VerificationList {
    verifications: (Verification)[];
}

/** A selector that was seen to work. */
export interface Verification {
    serial: string;
    /** What people call the phone now. */
    alias?: string | null;
    app: string;
    app_version: string;
    selector: string;
    fingerprint: string;
    verified_at: string;
}

/** Which selectors were found on a phone. */
export interface VerificationRequest {
    /** Any name of the phone. */
    serial: string;
    /** The version of the app on the phone. */
    app_version: string;
    /** Of each selector found: what stands for its rules. */
    fingerprints: Record<string, unknown>;
}

/** A view of the app on a screen. */
export interface View {
    window: number;
    place: number;
    /** The place of what holds it, in the same window. */
    parent: number | null;
    /** Left, top, right, bottom, in pixels. */
    bounds: (number)[];
    /** Without the app's package. */
    id: string;
    text: string;
    desc: string;
    class_name: string;
    clickable: boolean;
}
