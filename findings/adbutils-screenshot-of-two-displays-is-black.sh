#!/usr/bin/env bash
# adbutils 2.12.0 (uiautomator2 3.7.1 takes its own screenshots through it), seen on 2026-11-30.
#
# Behaviour: on a phone with two displays (a foldable, a cover, an emulator with several screens) Android's `screencap -p`
# writes a warning to standard error, which `shell:` and `exec:` put before the picture. `AdbDevice.screenshot()` hands both
# to Pillow, catches that it is no picture, and by default (`error_ok=True`) returns a *black* one of the right size: no
# exception, a line in the log. The picture is there, whole, behind the warning. With `display_id=0` there is no warning.
#
# Output seen:
#   adbutils 2.12.0
#   the phone sent a warning of 284 bytes, then a picture whose first pixel is (51, 102, 153)
#   screenshot() returned a picture of (1080, 2400), first pixel (0, 0, 0), and raised nothing
#   screenshot(error_ok=False) raised AdbError: screencap error
#
# Why it matters: evidence of failures, comparisons and models of vision get a black screen and take it for a phone that
# sleeps. Look for the picture's signature in the answer, or name the display.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check adbutils==2.12.0 pillow==12.0.0
cat > "$work/show.py" <<'PYTHON'
import importlib.metadata as metadata
import io
import logging
import socket
import sys
import threading

import adbutils
from PIL import Image

logging.disable()
WARNING = (
    b"[Warning] Multiple displays were found, but no display id was specified! Defaulting to the first display found, "
    b"however this default is not guaranteed to be consistent across captures. A display id should be specified.\n"
    b'See "dumpsys SurfaceFlinger --display-id" for valid display IDs.\n'
)
picture = io.BytesIO()
Image.new("RGB", (1080, 2400), (51, 102, 153)).save(picture, "PNG")
VIEWPORT = (
    b"DisplayViewport{type=INTERNAL, valid=true, isActive=true, displayId=0, uniqueId='local:4619827259835644672', "
    b"physicalPort=0, orientation=0, logicalFrame=Rect(0, 0 - 1080, 2400), physicalFrame=Rect(0, 0 - 1080, 2400), "
    b"deviceWidth=1080, deviceHeight=2400}"
)
SAID = {
    "screencap -p": WARNING + picture.getvalue(),
    "wm size": b"Physical size: 1080x2400\n",
    "dumpsys display": b"  mViewports=[" + VIEWPORT + b"]\n",
}


def answer(connection):
    """Speak for an adb server with one phone: what it is asked for comes as a length in hexadecimal, then the words."""
    while length := connection.recv(4, socket.MSG_WAITALL):
        words = connection.recv(int(length, 16), socket.MSG_WAITALL).decode()
        if words == "host:version":
            connection.sendall(b"OKAY00040029")
        elif words.startswith("host:tport:"):
            connection.sendall(b"OKAY" + bytes(8))
        elif words.startswith("shell:"):
            connection.sendall(b"OKAY" + SAID.get(words.removeprefix("shell:"), b""))
            break
        else:
            connection.sendall(b"FAIL0007unknown")
            break
    connection.close()


def serve(listener):
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(server,), daemon=True).start()
phone = adbutils.AdbClient("127.0.0.1", server.getsockname()[1]).device("PHONE")
taken = phone.screenshot()
print(f"adbutils {metadata.version('adbutils')}")
print(f"the phone sent a warning of {len(WARNING)} bytes, then a picture whose first pixel is (51, 102, 153)")
print(f"screenshot() returned a picture of {taken.size}, first pixel {taken.getpixel((0, 0))}, and raised nothing")
try:
    phone.screenshot(error_ok=False)
    raised = ""
except adbutils.AdbError as error:
    raised = str(error)
    print(f"screenshot(error_ok=False) raised AdbError: {error}")
same = taken.size == (1080, 2400) and taken.getextrema() == ((0, 0),) * 3 and raised == "screencap error"
sys.exit(0 if same else "this has changed")
PYTHON
"$work/venv/bin/python" "$work/show.py"
