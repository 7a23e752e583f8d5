#!/usr/bin/env bash
# adbkit's getSerialNo() asks adb for the device's path, so that every phone in the network has the serial "unknown".
#
# Version: @devicefarmer/adbkit 3.3.9.
# Behaviour: `command/host-serial/index.js` exports the module of GetDevicePathCommand under the name
#   GetSerialNoCommand as well. getSerialNo() sends `get-devpath` and answers what that says: "usb:1-4" for a phone on
#   a cable, "unknown" for each that is connected by address.
# Output seen: asked: host-serial:192.168.1.20:5555:get-devpath / getSerialNo(): unknown
# Date: 2026-11-30.
# Why it matters: a farm that keys phones by getSerialNo() has one phone named "unknown" instead of all those in the
#   network, and phones on USB under names that change with the socket.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @devicefarmer/adbkit@3.3.9
cat >ask.cjs <<'JS'
const net = require("node:net");
const { Adb } = require("@devicefarmer/adbkit");
console.log("adbkit", require("@devicefarmer/adbkit/package.json").version);
const answers = { "get-serialno": "192.168.1.20:5555", "get-devpath": "unknown", "get-state": "device" };
const block = (text) => text.length.toString(16).padStart(4, "0") + text;
// An adb server that answers the three requests of SERVICES.TXT as adb does for a phone in the network.
const server = net.createServer((socket) =>
  socket.once("data", (data) => {
    const request = data.toString().slice(4);
    console.log("asked:", request);
    socket.end("OKAY" + block(answers[request.split(":").pop()]));
  }),
);
server.listen(0, "127.0.0.1", async () => {
  const client = Adb.createClient({ host: "127.0.0.1", port: server.address().port });
  console.log("getSerialNo():", await client.getDevice("192.168.1.20:5555").getSerialNo());
  server.close();
});
JS
node ask.cjs | tee seen
grep -qx "asked: host-serial:192.168.1.20:5555:get-devpath" seen
grep -qx "getSerialNo(): unknown" seen
echo "As on 2026-11-30."
