"""What a real browser can do to Prefect: a person who knows the password everything, other sites' pages nothing.

Needs a Chromium: `just browser`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from docs.pictures.browser import Page, browser
from tests.integration.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ELSEWHERE = b"<!doctype html><title>elsewhere</title><p>A page of another site.</p>"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(ELSEWHERE)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as opened:
        yield opened


@pytest.fixture
def elsewhere(page: Page) -> Iterator[Page]:
    """A browser that shows a page of another site: its name is not that of the servers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        page.open(f"http://localhost:{server.server_port}/")
        yield page
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["/api/events/in", "/api/events/out", "/api/logs/out"])
def test_a_page_of_another_site_cannot_open_a_socket(stack: Stack, elsewhere: Page, path: str) -> None:
    address = json.dumps(stack.endpoints["prefect"].replace("http", "ws", 1) + path)
    opened = f"""new Promise(done => {{
        const socket = new WebSocket({address}, ['prefect']);
        socket.onopen = () => done('open');
        socket.onerror = () => done('refused');
    }})"""
    assert elsewhere.evaluate(opened) == "refused"


def test_a_page_of_another_site_cannot_show_the_ui_inside_of_itself(stack: Stack, elsewhere: Page) -> None:
    address = json.dumps(f"{stack.endpoints['prefect']}/runs")
    shown = f"""new Promise(done => {{
        const frame = document.createElement('iframe');
        frame.onload = () => {{ try {{ done(String(frame.contentDocument)); }} catch (e) {{ done('another'); }} }};
        frame.src = {address};
        document.body.append(frame);
    }})"""
    assert elsewhere.evaluate(shown) in {"null", "another"}
    assert elsewhere.evaluate("window.frames[0].length") == 0


def test_a_person_logs_in_with_the_line_of_the_file_and_sees_the_runs(stack: Stack, page: Page) -> None:
    [task] = stack.finished(stack.post("follow", ["person_0871"], stack.serials[:1]))
    page.open(f"{stack.endpoints['prefect']}/runs")
    page.until("document.querySelector('input[type=password]')")
    line = json.dumps(":".join(stack.prefect_auth))
    page.evaluate(f"""(() => {{
        const field = document.querySelector('input[type=password]');
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, {line});
        field.dispatchEvent(new Event('input', {{bubbles: true}}));
    }})()""")
    page.click("Login")
    page.until_shown("follow @person_0871")
    assert task["status"] == 2
