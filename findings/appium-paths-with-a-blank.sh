#!/usr/bin/env bash
# appium-adb quotes paths in some commands and not in others: rimraf() of a path with a blank removes something else.
#
# Versions: appium-adb 16.0.9, adb 36.0.0 (as adbutils 2.12.0 brings it).
# Behaviour: `adb shell` joins its arguments with blanks and leaves them to the phone's shell, so each must be quoted by
#   the caller. mkdir(), push() and fileExists() do so; rimraf(), ls() and fileSize() do not. rimraf("…/My App") runs
#   `rm -rf …/My App`: it removes "…/My" and "App", leaves "…/My App", and reports success.
# Output seen: fileExists: true / ls: ["/sdcard/My:","keep"] / rimraf: done / left on the phone: My App
# Date: 2026-11-30.
# Why it matters: names of media and of downloads have blanks. A clean-up deletes the wrong folder and tells nobody.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${daemon:-}" "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check adbutils==2.12.0 2>pip.log
npm init -y >/dev/null
npm install --silent --no-audit --no-fund appium-adb@16.0.9
mkdir -p sdk/platform-tools phone/My "phone/My App"
touch phone/My/keep "phone/My App/old"
ln -s "$(venv/bin/python -c 'import adbutils; print(adbutils.adb_path())')" sdk/platform-tools/adb
adb=$folder/sdk/platform-tools/adb
"$adb" version | head -n 2
node -p '"appium-adb " + JSON.parse(fs.readFileSync("node_modules/appium-adb/package.json")).version'

# The phone's side of adb (protocol.txt), without any feature, whose `shell:` is the `sh` of this machine.
cat >daemon.py <<'PY'
import socketserver, struct, subprocess
def word(name): return int.from_bytes(name, "little")

class Phone(socketserver.StreamRequestHandler):
    def send(self, name, first, second, data=b""):
        self.wfile.write(struct.pack("<6I", word(name), first, second, len(data), sum(data), word(name) ^ 0xFFFFFFFF) + data)
    def handle(self):
        while head := self.rfile.read(24):
            name, first, _, length, _, _ = struct.unpack("<6I", head)
            data = self.rfile.read(length)
            if name == word(b"CNXN"):
                self.send(b"CNXN", 0x01000001, 4096, b"device::ro.product.name=p;ro.product.model=m;ro.product.device=d;")
            elif name == word(b"OPEN") and data.startswith(b"shell:"):
                line = data[6:].rstrip(b"\0").decode()
                if "old" in line or "rm" in line or "ls" in line: print("the phone's shell runs:", line, flush=True)
                out = subprocess.run(["sh", "-c", line], cwd="phone", stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
                self.send(b"OKAY", 1, first)
                if out: self.send(b"WRTE", 1, first, out)
                self.send(b"CLSE", 1, first)
            elif name == word(b"OPEN"):
                self.send(b"CLSE", 0, first)

with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Phone) as listening:
    open("phone.port", "w").write(str(listening.server_address[1]))
    listening.serve_forever()
PY
python3 daemon.py >ran & daemon=$!
until [ -s phone.port ]; do sleep 0.1; done
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
ADB_LOCAL_TRANSPORT_MAX_PORT=5553 ADB_USB=0 ADB_MDNS=0 "$adb" -P "$port" nodaemon server >server.log 2>&1 & server=$!
until "$adb" -P "$port" connect "127.0.0.1:$(cat phone.port)" 2>/dev/null | grep -q connected; do sleep 0.2; done

cat >ask.mjs <<'JS'
import { ADB } from "appium-adb";
const [port, udid, root] = process.argv.slice(2);
const adb = await ADB.createADB({ adbPort: Number(port), udid, suppressKillServer: true });
adb.setDeviceId(udid);
console.log("fileExists:", await adb.fileExists(`${root}/My App`));
console.log("ls:", JSON.stringify(await adb.ls(`${root}/My App`)));
await adb.rimraf(`${root}/My App`);
console.log("rimraf: done");
process.exit(0);
JS
ANDROID_HOME=$folder/sdk timeout 60 node ask.mjs "$port" "127.0.0.1:$(cat phone.port)" "$folder/phone" 2>/dev/null |
  grep -E "^(fileExists|ls|rimraf):" | sed "s|$folder/phone|/sdcard|g" | tee seen
sed "s|$folder/phone|/sdcard|g" ran
echo "left on the phone: $(ls phone | paste -sd, -)" | tee -a seen
printf '%s\n' "fileExists: true" 'ls: ["/sdcard/My:","keep"]' "rimraf: done" "left on the phone: My App" | diff - seen
echo "As on 2026-11-30."
