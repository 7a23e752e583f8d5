#!/usr/bin/env bash
# Serials with a blank: four libraries cut them off, each in another way.
#
# Versions: adbutils 2.12.0 (adb 36 inside), @devicefarmer/adbkit 3.3.9, @yume-chan/adb 2.6.4, appium-adb 16.0.9.
# Behaviour: adb's mDNS names a phone that is announced twice "adb-SERIAL-RANDOM (2)._adb-tls-connect._tcp", with a
#   blank. `adb devices` ends the serial with a tab, and who splits there is right (adbkit's listDevices). Who splits at
#   blanks is wrong: adbutils' list(extended=True), adbkit's listDevicesWithPaths and appium-adb's getConnectedDevices
#   report the serial "adb-…-…" in the state "(2)._adb-tls-connect._tcp"; adbutils' device_list and @yume-chan/adb's
#   getDevices find no known state there and leave the phone out.
# Output seen: see the last lines of this script, each "library: what it found".
# Date: 2026-11-30.
# Why it matters: a phone that was paired again, or that two networks announce, is missing from the fleet, or is
#   addressed by a serial that no phone has ("device not found"), though `adb devices` shows it as `device`.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check adbutils==2.12.0 2>pip.log
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @devicefarmer/adbkit@3.3.9 @yume-chan/adb@2.6.4 \
  @yume-chan/adb-server-node-tcp@2.5.2 appium-adb@16.0.9

# An adb server as its documents (OVERVIEW.TXT, SERVICES.TXT) describe it, which knows one phone.
cat >server.py <<'PY'
import socketserver, sys
SERIAL = "adb-R58M12ABCDE-x7Yz2Q (2)._adb-tls-connect._tcp"
SHORT = f"{SERIAL}\tdevice\n"
LONG = f"{SERIAL:<22} device product:a52 model:SM_A525F device:a52 transport_id:3\n"
ANSWERS = {"host:version": "0029", "host:devices": SHORT, "host:devices-l": LONG}

class Client(socketserver.StreamRequestHandler):
    def handle(self):
        request = self.rfile.read(int(self.rfile.read(4) or b"0", 16)).decode()
        if request in ANSWERS:
            body = ANSWERS[request].encode()
            self.wfile.write(b"OKAY%04x" % len(body) + body)
        else:
            self.wfile.write(b"FAIL0007unknown")

with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Client) as listening:
    open("port", "w").write(str(listening.server_address[1]))
    listening.serve_forever()
PY
python3 server.py & server=$!
until [ -s port ]; do sleep 0.1; done
port=$(cat port)
mkdir -p sdk/platform-tools
adb=$(venv/bin/python -c 'import adbutils; print(adbutils.adb_path())')
ln -s "$adb" sdk/platform-tools/adb
"$adb" version | head -n 2

cat >ask.py <<'PY'
import sys, adbutils
client = adbutils.AdbClient("127.0.0.1", int(sys.argv[1]))
print("adbutils device_list:", [device.serial for device in client.device_list()])
print("adbutils list(extended):", [(info.serial, info.state) for info in client.list(extended=True)])
PY
cat >ask.mjs <<'JS'
import { createRequire } from "node:module";
import { AdbServerClient } from "@yume-chan/adb";
import { AdbServerNodeTcpConnector } from "@yume-chan/adb-server-node-tcp";
import { ADB } from "appium-adb";
const { Adb } = createRequire(import.meta.url)("@devicefarmer/adbkit");
const port = Number(process.argv[2]);
const kit = Adb.createClient({ host: "127.0.0.1", port });
console.log("adbkit listDevices:", JSON.stringify((await kit.listDevices()).map(({ id, type }) => [id, type])));
console.log("adbkit listDevicesWithPaths:", JSON.stringify((await kit.listDevicesWithPaths()).map(({ id, type }) => [id, type])));
const yume = new AdbServerClient(new AdbServerNodeTcpConnector({ host: "127.0.0.1", port }));
console.log("yume getDevices:", JSON.stringify((await yume.getDevices()).map(({ serial }) => serial)));
const appium = await ADB.createADB({ adbPort: port, suppressKillServer: true });
console.log("appium-adb getConnectedDevices:", JSON.stringify(await appium.getConnectedDevices()));
process.exit(0);
JS
{ venv/bin/python ask.py "$port"; ANDROID_HOME=$folder/sdk ANDROID_ADB_SERVER_PORT=$port node ask.mjs "$port" 2>/dev/null; } |
  grep -E "^(adbutils|adbkit|yume|appium-adb) " | tee seen
cat >expected <<'TEXT'
adbutils device_list: []
adbutils list(extended): [('adb-R58M12ABCDE-x7Yz2Q', '(2)._adb-tls-connect._tcp')]
adbkit listDevices: [["adb-R58M12ABCDE-x7Yz2Q (2)._adb-tls-connect._tcp","device"]]
adbkit listDevicesWithPaths: [["adb-R58M12ABCDE-x7Yz2Q","(2)._adb-tls-connect._tcp"]]
yume getDevices: []
appium-adb getConnectedDevices: [{"udid":"adb-R58M12ABCDE-x7Yz2Q","state":"(2)._adb-tls-connect._tcp"}]
TEXT
diff expected seen && echo "As on 2026-11-30."
