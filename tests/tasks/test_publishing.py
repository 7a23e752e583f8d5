"""Posts are published once, whatever comes in between, in both versions of the app."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from phonefleet.clock import StopSignal
from phonefleet.errors import ActionBlocked, Interrupted, LinkLost, TargetMissing, Transient
from phonefleet.ledger.targets.materials import NewMaterial
from phonefleet.ledger.values import Action, ChosenText, Intent, NewTask, StateChange
from phonefleet.media import MediaRefused
from phonefleet.scripts.post import PostConfig
from phonefleet.scripts.script import UnknownConfig
from tasks.context import RunContext
from tasks.publishing import publish_post
from tests.media_files import picture, video, written
from tests.tasks.stormy import StormyPhone
from virtual_phones.faults import Fault, Faults, Strike
from virtual_phones.phone import VirtualPhone
from virtual_phones.sample import PACKAGE, VERSIONS, SampleApp
from virtual_phones.world import World

ME = "shop_001"
WAYS = ("share", "addButton", "useSound")
ROUTES = (("share", "reel"), ("addButton", "story"), ("useSound", "reel"))
SEEDS = 3


class Killed(BaseException):
    """The process ends here: nobody catches it."""


class Shop:
    """One account on one phone, whose posts are counted where they arrive."""

    def __init__(self, context: RunContext, version: str, folder: Path) -> None:
        self.context, self.version, self.folder = context, version, folder
        self.world = World(seed=1, phones=1)
        self.faults = Faults()
        self.move_to_a_new_phone()
        written(folder / "1.jpg", picture(colour="#110000"))
        written(folder / "2.png", picture("PNG", "#220000"))
        written(folder / "3.webp", picture("WEBP", "#330000"))
        written(folder / "clip.mp4", video())

    def move_to_a_new_phone(self, seed: int = 0, rate: float = 0, trouble: type[BaseException] = LinkLost) -> None:
        app = SampleApp(self.world, self.world.signed_in(1), self.faults, self.version)
        virtual = VirtualPhone("serial", "Test", self.faults, [app])
        self.phone = StormyPhone(virtual, seed, rate, trouble)
        self.context.phone, self.context.account, self.context.driver = self.phone, ME, None

    def begin_another_task(self) -> None:
        """Let the run be another task's, on another day."""
        clock: Any = self.context.clock
        clock.time += timedelta(days=1)
        now = clock.now()
        [self.context.task_id] = self.context.ledger.tasks.create(
            [NewTask("post", UnknownConfig(), "serial", "sample", now, now)]
        )

    def publish(self, **config: object) -> str:
        return publish_post.fn(wanted(**config))

    def posts(self) -> list[dict[str, str]]:
        return [post for post in self.world.dump()["posts"] if post["author"] == ME]

    def states(self) -> list[str]:
        return [action.state for action in self.context.ledger.actions.of_task(self.context.task_id)]

    def left_on_the_phone(self) -> list[str]:
        return [item.name for item in self.phone.virtual.media.items() if item.name.startswith("task-")]


def wanted(**config: object) -> PostConfig:
    images = {"content_type": 1, "material_source": "localFolder", "captions": "{Fresh|New} bread"}
    sound = {"sound_name": "Night Train"}
    return PostConfig.model_validate({**images, **sound, **config})


@pytest.fixture(params=sorted(VERSIONS))
def shop(request: pytest.FixtureRequest, context: RunContext, tmp_path: Path) -> Shop:
    return Shop(context, request.param, tmp_path / "shop")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("placement", ["reel", "story"])
def test_a_post_is_published_and_the_phone_left_clean(shop: Shop, way: str, placement: str) -> None:
    assert shop.publish(material_path=str(shop.folder), post_way=way, placement=placement) == "done"
    [post] = shop.posts()
    assert post["caption"] in {"Fresh bread", "New bread"}
    assert (post["files"], post["placement"]) == (digest(shop.folder / "1.jpg"), placement)
    assert (shop.left_on_the_phone(), shop.states()) == ([], ["done"])
    assert shop.context.report.outcomes == [{"target": placement, "outcome": "done"}]


@pytest.mark.parametrize("way", WAYS)
def test_every_choice_of_the_configuration_reaches_the_post(shop: Shop, way: str) -> None:
    shop.publish(
        material_list=[str(shop.folder / "clip.mp4")], content_type=0,
        post_way=way, captions="One\\nTwo", add_sound="custom", sound_name="Old Radio", custom_sound_keyword="radio",
        origin_sound_volume=10, add_sound_volume=90, ai_label=True, add_product_link=1,
    )  # fmt: skip
    [post] = shop.posts()
    chosen = ("caption", "media", "sound", "origin_volume", "sound_volume", "ai_label", "product_link")
    assert [post[name] for name in chosen] == ["One\nTwo", "video", "Old Radio", "10", "90", "true", "true"]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"captions": "One\nTwo"}, "One"),
        ({"captions": "One###Two ####three"}, "One\nTwo \n#three"),
        ({"captions": "Bread##{Fresh|Fresh}###today"}, "Bread\nFresh\ntoday"),
        ({"captions": "{A##B|A##B}"}, "A\nB"),
        ({"captions": ["One\nTwo", "Three"]}, "One\nTwo"),
        ({"captions": "{One|One}\nTwo\n\n##three ###", "caption_format": "spintax"}, "One\nTwo\n\n##three ###"),
        ({"captions": ["One\nTwo", "Three"], "caption_format": "spintax"}, "One\nTwo"),
    ],
)
def test_a_caption_is_written_as_its_format_says_and_found_again(
    shop: Shop, config: dict[str, Any], expected: str
) -> None:
    assert shop.publish(material_path=str(shop.folder), **config) == "done"
    assert [post["caption"] for post in shop.posts()] == [expected]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("field", ["sound_name", "custom_sound_keyword"])
def test_a_sound_named_by_its_address_is_the_one_of_the_post(shop: Shop, way: str, field: str) -> None:
    address = "sample://sound/Old%20Radio"
    shop.publish(material_path=str(shop.folder), post_way=way, add_sound="custom", **{"sound_name": "", field: address})
    assert [post["sound"] for post in shop.posts()] == ["Old Radio"]


def test_an_address_without_a_sound_fails_before_anything_is_sent(shop: Shop) -> None:
    with pytest.raises(TargetMissing, match="no sound at sample://sound/Silence"):
        shop.publish(material_path=str(shop.folder), add_sound="custom", sound_name="sample://sound/Silence")
    assert (shop.posts(), shop.states()) == ([], ["failed"])


@pytest.mark.parametrize(
    ("add_sound", "expected"),
    [("-1", {"1.4.2": "", "2.0.1": "Rain on Tin (slowed)", "3.2.0": ""}), ("0", ""), ("1", "Morning Coffee (slowed)")],
)
def test_a_sound_is_the_apps_own_affair_or_none_or_any(
    shop: Shop, add_sound: str, expected: str | dict[str, str]
) -> None:
    shop.publish(material_path=str(shop.folder), add_sound=add_sound)
    wanted = expected if isinstance(expected, str) else expected[shop.version]
    assert [post["sound"] for post in shop.posts()] == [wanted]


@pytest.mark.parametrize("way", WAYS)
def test_several_images_keep_their_order(shop: Shop, way: str) -> None:
    files = [str(shop.folder / name) for name in ("3.webp", "1.jpg", "2.png")]
    shop.publish(material_list=files, image_count=3, post_way=way)
    assert [post["files"] for post in shop.posts()] == [",".join(digest(Path(file)) for file in files)]


def test_the_same_task_publishes_once_and_another_one_again(shop: Shop) -> None:
    config = {"material_path": str(shop.folder), "captions": "Same words"}
    assert [shop.publish(**config), shop.publish(**config)] == ["done", "done"]
    assert len(shop.posts()) == 1
    shop.begin_another_task()
    assert shop.publish(**config) == "done"
    assert [post["caption"] for post in shop.posts()] == ["Same words"] * 2


def test_each_task_of_a_request_takes_the_next_files_and_a_retry_takes_the_same(shop: Shop) -> None:
    used: list[str] = []
    for ordinal in range(4):
        shop.begin_another_task()
        shop.context.ordinal = ordinal
        shop.publish(material_path=str(shop.folder), captions="first\nsecond")
        used.append(shop.posts()[-1]["files"])
    names = ("1.jpg", "2.png", "3.webp", "1.jpg")
    assert used == [digest(shop.folder / name) for name in names]
    assert [post["caption"] for post in shop.posts()] == ["first", "second"] * 2


def finish(shop: Shop, state: str) -> None:
    """Let the run's task end."""
    at = shop.context.clock.now()
    shop.context.ledger.tasks.project(shop.context.task_id, StateChange(state, state.capitalize(), at))


def test_what_was_published_is_not_published_again_whatever_it_is_called(shop: Shop) -> None:
    config = {"material_path": str(shop.folder), "reuse": "never"}
    for _ in range(2):
        shop.begin_another_task()
        assert shop.publish(**config) == "done"
    written(shop.folder / "0-again.jpg", (shop.folder / "1.jpg").read_bytes())
    shop.begin_another_task()
    shop.publish(**config)
    assert [post["files"] for post in shop.posts()] == [
        digest(shop.folder / name) for name in ("1.jpg", "2.png", "3.webp")
    ]
    shop.begin_another_task()
    with pytest.raises(MediaRefused, match="holds 0 unused of the kind image, of 4; a post needs 1"):
        shop.publish(**config)


def test_what_was_published_comes_again_after_so_many_days(shop: Shop) -> None:
    config: dict[str, object] = {"material_list": [str(shop.folder / "1.jpg")], "reuse": "2d"}
    shop.publish(**config)
    shop.begin_another_task()  # it is the day after
    with pytest.raises(MediaRefused, match="material_list holds 0 unused"):
        shop.publish(**config)
    shop.begin_another_task()
    assert shop.publish(**config) == "done"
    assert len(shop.posts()) == 2


def test_a_post_that_may_use_files_again_is_remembered_too(shop: Shop) -> None:
    shop.publish(material_path=str(shop.folder))
    shop.begin_another_task()
    shop.publish(material_path=str(shop.folder), reuse="never")
    assert [post["files"] for post in shop.posts()] == [digest(shop.folder / name) for name in ("1.jpg", "2.png")]


def test_a_task_that_failed_gives_its_files_back_and_chooses_others_where_they_are_gone(shop: Shop) -> None:
    context, first = shop.context, shop.context.task_id
    config = {"material_path": str(shop.folder), "reuse": "never"}
    with pytest.raises(TargetMissing):
        shop.publish(**config, add_sound="custom", sound_name="Silence")
    finish(shop, "FAILED")
    shop.begin_another_task()
    shop.publish(**config)
    context.task_id, context.driver = first, None
    shop.publish(**config)
    assert [post["files"] for post in shop.posts()] == [digest(shop.folder / name) for name in ("1.jpg", "2.png")]


def test_a_retry_after_the_touch_keeps_its_file_and_records_its_use(shop: Shop) -> None:
    """Killed: the process, at any call of the phone or right after the touch. Still there: the claim of its file."""
    for seed in range(2):
        shop.move_to_a_new_phone(seed, rate=0.02, trouble=Killed)
        shop.begin_another_task()
        until_done(lambda: shop.publish(material_path=str(shop.folder), reuse="never"), Killed)
    assert [post["files"] for post in shop.posts()] == [digest(shop.folder / name) for name in ("1.jpg", "2.png")]
    digests = [digest(shop.folder / name) for name in ("1.jpg", "2.png", "3.webp")]
    assert shop.context.ledger.material_uses.free(digests, None) == {digests[2]}


def own_folder(shop: Shop, account: str = ME) -> Path:
    """Make folders by account, with two pictures each and other texts; return the one of an account."""
    for name, colour in ((account, "5"), ("somebody", "6")):
        for number in range(2):
            written(
                shop.folder / "mine" / f"@{name}" / f"{number}.jpg",
                picture(colour=f"#{colour}0{number * 9}0{number * 9}0"),
            )
    return shop.folder / "mine" / f"@{account}"


def test_an_account_publishes_from_its_own_folder_with_the_texts_and_sounds_there(shop: Shop) -> None:
    own = own_folder(shop, ME.upper())
    (own / "caption.txt").write_text("\ufeffBread##one\r\nCake###two\r\n", encoding="utf-8")
    (own / "sound_names.txt").write_text("Night Train\nOld Radio\n")
    config: dict[str, object] = {
        "material_path": str(own.parent), "add_sound": "custom", "sound_name": "", "captions": "not this",
    }  # fmt: skip
    for ordinal in range(5, 7):
        shop.begin_another_task()
        shop.context.ordinal = ordinal
        assert shop.publish(**config) == "done"
        assert shop.publish(**config) == "done"
    shown = [(post["files"], post["caption"], post["sound"]) for post in shop.posts()]
    assert shown == [
        (digest(own / "0.jpg"), "Bread\none", "Night Train"),
        (digest(own / "1.jpg"), "Cake\ntwo", "Old Radio"),
    ]
    shop.begin_another_task()
    with pytest.raises(MediaRefused, match="holds 0 unused of the kind image, of 2"):
        shop.publish(**config)


def test_addresses_of_sounds_in_the_folder_come_first_and_material_may_come_again_if_wanted(shop: Shop) -> None:
    own = own_folder(shop)
    (own / "sound_names.txt").write_text("Night Train")
    (own / "sound_urls.txt").write_text("sample://sound/Old%20Radio\n")
    shop.context.ordinal = 7
    for _ in range(2):
        shop.publish(material_path=str(own.parent), post_way="useSound", reuse="always")
        shop.begin_another_task()
    assert [(post["files"], post["sound"]) for post in shop.posts()] == [(digest(own / "0.jpg"), "Old Radio")] * 2


def test_a_task_without_a_folder_of_its_account_fails_and_says_so(shop: Shop) -> None:
    parent = str(own_folder(shop, "anna").parent)
    with pytest.raises(MediaRefused, match=f"holds folders by account, and none is for @{ME}"):
        shop.publish(material_path=parent)
    assert (shop.posts(), shop.phone.virtual.front) == ([], None)


def test_the_library_gives_what_has_all_the_tags(shop: Shop) -> None:
    library = shop.context.settings.media
    for number, tags in enumerate([("spring",), ("spring", "shop"), ()]):
        name = f"{number}.jpg"
        content = written(library / name, picture(colour=f"#00{number}{number}00"))
        new = NewMaterial(name, "image", "image/jpeg", content.stat().st_size, digest(content), tags)
        shop.context.ledger.materials.add(new, shop.context.clock.now())
    shop.publish(material_source="materialLibrary", materials_tags="shop, spring")
    assert [post["files"] for post in shop.posts()] == [digest(library / "1.jpg")]


@pytest.mark.parametrize(
    ("config", "complaint"),
    [
        ({"material_source": "materialLibrary"}, "media library holds 0 of the kind image"),
        ({"material_path": "{}", "image_count": 4}, "holds 3 of the kind image; a post needs 4"),
        ({"material_list": ["../../etc/passwd"]}, "does not exist in the media library or a folder"),
        ({"material_list": ["/etc/hostname"]}, "does not exist in the media library or a folder"),
        ({"material_list": ["{}/other/fake.jpg"]}, r"fake\.jpg is neither JPEG"),
        ({"material_list": ["{}/clip.mp4"]}, r"clip\.mp4 is a video, and a picture is wanted"),
    ],
)
def test_wrong_material_is_refused_before_the_phone_is_touched(
    shop: Shop, config: dict[str, Any], complaint: str
) -> None:
    written(shop.folder / "other" / "fake.jpg", b"nothing to see")
    named = json.loads(json.dumps(config).replace("{}", str(shop.folder)))
    with pytest.raises(MediaRefused, match=complaint):
        shop.publish(**named)
    assert (shop.posts(), shop.phone.virtual.front) == ([], None)


def test_an_upload_that_breaks_off_is_sent_again(shop: Shop) -> None:
    shop.faults.order(Strike(Fault.UPLOAD_FAILS))
    assert shop.publish(material_path=str(shop.folder)) == "done"
    assert len(shop.posts()) == 1


def test_a_blocked_post_is_recorded_as_failed(shop: Shop) -> None:
    shop.faults.order(Strike(Fault.ACTION_BLOCKED))
    with pytest.raises(ActionBlocked):
        shop.publish(material_path=str(shop.folder))
    assert (shop.posts(), shop.left_on_the_phone()) == ([], [])


def test_a_sound_that_does_not_exist_fails_before_anything_is_sent(shop: Shop) -> None:
    with pytest.raises(TargetMissing, match="Silence"):
        shop.publish(material_path=str(shop.folder), add_sound="custom", sound_name="Silence")
    assert (shop.posts(), shop.states(), shop.left_on_the_phone()) == ([], ["failed"], [])


class StopsWhileUploading(StormyPhone):
    """A phone on which somebody stops the task as soon as a post is on its way."""

    stop: StopSignal | None = None

    def hierarchy(self) -> str:
        app = self.virtual.apps[PACKAGE]
        if self.stop is not None and isinstance(app, SampleApp) and app.uploads.of(ME):
            self.stop.set("stopped")
        return super().hierarchy()


def test_a_stop_while_it_is_uploaded_neither_loses_nor_doubles_it(shop: Shop) -> None:
    context = shop.context
    phone = StopsWhileUploading(shop.phone.virtual, 0, 0)
    phone.stop, context.phone = context.stop, phone
    with pytest.raises(Interrupted):
        shop.publish(material_path=str(shop.folder))
    assert shop.states() == ["acting"]
    context.stop, phone.stop, context.driver = StopSignal(), None, None
    assert shop.publish(material_path=str(shop.folder)) == "done"
    assert (len(shop.posts()), shop.left_on_the_phone()) == (1, [])


def test_a_post_is_found_below_what_others_have_published_since(shop: Shop) -> None:
    context = shop.context
    begun = context.task_id, "post", "reel"
    intent = Intent(context.task_id, "post", "sample", ME, "reel")
    action = context.ledger.actions.intend(intent, context.clock.now(), UTC)
    assert isinstance(action, Action)
    context.ledger.texts.choose(*begun, lambda: ChosenText("Fresh bread"))
    context.ledger.sightings.keep(*begun, "0", context.clock.now())
    context.ledger.actions.acting(action.id, intent, context.clock.now(), UTC)
    shop.world.publish(ME, "Fresh bread")
    first = context.task_id
    for words in ("Old cheese", "Fresh bread"):
        shop.begin_another_task()
        shop.publish(material_path=str(shop.folder), captions=words)
    context.task_id, context.driver = first, None
    assert shop.publish(material_path=str(shop.folder)) == "done"
    assert [post["caption"] for post in shop.posts()] == ["Fresh bread", "Old cheese", "Fresh bread"]


def test_a_post_that_somebody_made_by_hand_is_not_taken_for_ours(shop: Shop) -> None:
    shop.world.publish(ME, "Fresh bread")
    shop.world.publish(ME, "Fresh bread")
    assert shop.publish(material_path=str(shop.folder), captions="Fresh bread") == "done"
    assert len(shop.posts()) == 3


@pytest.mark.parametrize(("way", "placement"), ROUTES)
def test_each_post_happens_once_when_many_calls_of_the_phone_fail(shop: Shop, way: str, placement: str) -> None:
    for seed in range(SEEDS):
        shop.faults = Faults(0.1, seed)
        shop.move_to_a_new_phone(seed, rate=0.2)
        shop.begin_another_task()
        until_done(lambda: shop.publish(material_path=str(shop.folder), post_way=way, placement=placement), Transient)
        shop.phone.rate = 0
        assert len(shop.posts()) == seed + 1


@pytest.mark.parametrize(("way", "placement"), ROUTES)
def test_each_post_happens_once_when_the_process_is_killed_again_and_again(
    shop: Shop, way: str, placement: str
) -> None:
    for seed in range(SEEDS):
        shop.move_to_a_new_phone(seed, rate=0.02, trouble=Killed)
        shop.begin_another_task()
        until_done(lambda: shop.publish(material_path=str(shop.folder), post_way=way, placement=placement), Killed)
        assert len(shop.posts()) == seed + 1


def until_done(act: Callable[[], object], trouble: type[BaseException]) -> None:
    for _ in range(100):
        try:
            act()
        except trouble:
            continue
        return
    pytest.fail("it never came to an end")
