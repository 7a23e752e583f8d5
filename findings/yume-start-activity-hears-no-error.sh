#!/usr/bin/env bash
# @yume-chan/android-bin's startActivity() succeeds whatever `am` says, an activity that is not there included.
#
# Versions: @yume-chan/android-bin 2.1.0, @yume-chan/adb 2.6.4.
# Behaviour: ActivityManager.startActivity() walks over the output with `for (const line of output)`. The output is one
#   text, so each "line" is one character: no character begins with "Error:", none is "Complete". It never throws and
#   waits for nothing but the end of the command.
# Output seen: am said: Error: Activity class {com.example/com.example.Nothing} does not exist. / startActivity(): resolved
# Date: 2026-11-30.
# Why it matters: "the app is in front" cannot be concluded from it. Who goes on to tap taps on whatever is there.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @yume-chan/android-bin@2.1.0 @yume-chan/adb@2.6.4 \
  @yume-chan/adb-server-node-tcp@2.5.2
cat >ask.mjs <<'JS'
import net from "node:net";
import { AdbServerClient } from "@yume-chan/adb";
import { AdbServerNodeTcpConnector } from "@yume-chan/adb-server-node-tcp";
import { ActivityManager, IntentBuilder } from "@yume-chan/android-bin";

const SAID = [
  "Starting: Intent { cmp=com.example/.Nothing }", "Error type 3",
  "Error: Activity class {com.example/com.example.Nothing} does not exist.", "",
].join("\n"); // what Android 8 to 15 write to standard output and error, which are one stream here
const block = (text) => text.length.toString(16).padStart(4, "0") + text;
const number = (value) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);

// An adb server with one phone that has `cmd`; it answers as SERVICES.TXT says.
const server = net.createServer((socket) => {
  let pending = Buffer.alloc(0);
  socket.on("error", () => {});
  socket.on("data", (data) => {
    pending = Buffer.concat([pending, data]);
    while (pending.length >= 4) {
      const end = 4 + parseInt(pending.subarray(0, 4).toString(), 16);
      if (pending.length < end) return;
      const request = pending.subarray(4, end).toString();
      pending = pending.subarray(end);
      if (request === "host:version") socket.end("OKAY00040029");
      else if (request.endsWith("features")) socket.end("OKAY" + block("cmd"));
      else if (request.startsWith("host:tport:")) socket.write(Buffer.concat([Buffer.from("OKAY"), number(1)]));
      else if (request.startsWith("host:transport-id:")) socket.write("OKAY");
      else if (request.includes("wait-for")) socket.write("OKAYOKAY");
      else if (request.includes("devices-l")) socket.end("OKAY" + block("phone device product:p model:m device:d transport_id:1\n"));
      else if (/^(shell|exec)/.test(request)) socket.end("OKAY" + SAID);
      else socket.end("FAIL" + block(`unknown: ${request}`));
    }
  });
});
server.listen(0, "127.0.0.1", async () => {
  const client = new AdbServerClient(new AdbServerNodeTcpConnector({ host: "127.0.0.1", port: server.address().port }));
  const adb = await client.createAdb({ serial: "phone" });
  const heard = await adb.subprocess.noneProtocol.spawnWaitText("cmd activity start-activity -W -n com.example/.Nothing");
  console.log("am said:", heard.split("\n")[2]);
  const intent = new IntentBuilder().setComponent("com.example/.Nothing");
  const answer = await new ActivityManager(adb).startActivity({ intent }).then(() => "resolved", (error) => `rejected: ${error.message}`);
  console.log("startActivity():", answer);
  process.exit(0);
});
JS
node -p '["@yume-chan/android-bin", "@yume-chan/adb"].map((name) => name + " " + JSON.parse(fs.readFileSync("node_modules/" + name + "/package.json")).version).join(", ")'
timeout 60 node ask.mjs | tee seen
grep -qx "am said: Error: Activity class {com.example/com.example.Nothing} does not exist." seen
grep -qx "startActivity(): resolved" seen
echo "As on 2026-11-30."
