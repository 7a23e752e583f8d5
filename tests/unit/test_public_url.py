"""A public address is read as browsers write it, and what nobody could open is refused in one sentence."""

from __future__ import annotations

import pytest

from deployments.cli.shared.options import load_settings
from phonefleet.errors import Permanent
from phonefleet.public_url import PublicUrl
from phonefleet.settings import Settings


@pytest.mark.parametrize(
    ("given", "address", "origin"),
    [
        ("https://phones.example.org", "https://phones.example.org", "https://phones.example.org"),
        (" HTTPS://Phones.Example.ORG:443/ ", "https://phones.example.org", "https://phones.example.org"),
        ("https://example.org:8443/fleet/", "https://example.org:8443/fleet", "https://example.org:8443"),
        ("https://example.org/our/fleet-2", "https://example.org/our/fleet-2", "https://example.org"),
        ("http://localhost:8080", "http://localhost:8080", "http://localhost:8080"),
        ("https://[2001:DB8::1]/", "https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("https://телефоны.example", "https://xn--e1aarjeur2d.example", "https://xn--e1aarjeur2d.example"),
    ],
)
def test_an_address_is_read_as_browsers_write_it(given: str, address: str, origin: str) -> None:
    public = PublicUrl.parse(given)
    assert (str(public), public.origin) == (address, origin)


@pytest.mark.parametrize(
    "wrong",
    [
        "phones.example.org", "phones.example.org:443", "ftp://phones.example.org", "https://", "https:///fleet",
        "https://me:hush-hush@example.org", "https://example.org/?a", "https://example.org/#a",
        "https://example.org:0", "https://example.org:70000", "https://example.org:port", "https://example.org/a b",
        "https://example.org/../a", "https://example.org//a", "https://example.org/a'b", "https://example.org\\a",
        "https://0.0.0.0", "https://[::]", "https://*.example.org", "https://example.org/api/v1",
        "https://example.org/docs", "https://exa mple.org", "https://a.example https://b.example", "true",
    ],
)  # fmt: skip
def test_what_nobody_could_open_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("PHONEFLEET_PUBLIC_URL", wrong)
    with pytest.raises(Permanent, match=r"^The environment holds a wrong setting: PHONEFLEET_PUBLIC_URL: must") as told:
        load_settings()
    assert "\n" not in str(told.value)
    assert "hush" not in str(told.value)


def test_an_empty_address_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONEFLEET_PUBLIC_URL", " ")
    assert Settings().public_url is None


def test_a_path_is_taken_off_where_a_proxy_has_left_it() -> None:
    public = PublicUrl.parse("https://example.org/fleet")
    paths = ("/fleet/api/v1/task", "/api/v1/task", "/fleets/api/v1/task", "/fleet")
    assert [public.without_path(path) for path in paths] == ["/api/v1/task", *paths[1:]]
    assert PublicUrl.parse("https://example.org").without_path("//a") == "//a"


def test_the_prefect_ui_is_below_the_public_address_unless_another_place_is_named() -> None:
    assert Settings().prefect_pages == "http://127.0.0.1:4200"
    assert Settings(public_url="https://example.org/fleet").prefect_pages == "https://example.org/fleet/prefect"
    named = Settings(public_url="https://example.org", prefect_ui_url="https://prefect.example.org/")
    assert named.prefect_pages == "https://prefect.example.org"


@pytest.mark.parametrize("wrong", ["proxy.example.org", "10.0.0.1/8", "10.0.0.1 10.0.0.2", "*"])
def test_trusted_proxies_are_addresses_or_networks(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("PHONEFLEET_TRUSTED_PROXIES", wrong)
    with pytest.raises(Permanent, match="PHONEFLEET_TRUSTED_PROXIES: must be addresses or networks"):
        load_settings()
    monkeypatch.setenv("PHONEFLEET_TRUSTED_PROXIES", "10.0.0.5, fd00::/8,")
    assert [str(each) for each in Settings().trusted_proxies] == ["10.0.0.5/32", "fd00::/8"]
