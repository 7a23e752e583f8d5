// Exercises @devicefarmer/adbkit through its public API on one phone.
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { assert, check, runChecks, text, APK, APK_PACKAGE, OTHER, PORT, SAMPLE, SERIAL } from "./checks.mjs";

const require = createRequire(import.meta.url);
const { Adb } = require("@devicefarmer/adbkit");
const client = Adb.createClient({ host: "127.0.0.1", port: PORT });
const phone = client.getDevice(SERIAL);
const said = async (command) => (await Adb.util.readAll(await phone.shell(command))).toString();
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const finished = (transfer) => new Promise((resolve, reject) => transfer.on("end", resolve).on("error", reject));

check("the server's version", async () => assert.ok((await client.version()) >= 41));
check("devices are listed", async () => {
  const found = (await client.listDevices()).find((device) => device.id === SERIAL);
  assert.equal(found.type, "device");
});
check("devices are listed with paths", async () => {
  const found = (await client.listDevicesWithPaths()).find((device) => device.id === SERIAL);
  assert.equal(found.type, "device");
});
check("devices are followed", async () => {
  const [host, port] = OTHER.split(":");
  const tracker = await client.trackDevices();
  const added = new Promise((resolve) => tracker.on("add", (device) => device.id === OTHER && resolve(device)));
  assert.equal(await client.connect(host, Number(port)), OTHER);
  await added;
  const removed = new Promise((resolve) => tracker.on("remove", (device) => device.id === OTHER && resolve(device)));
  await client.disconnect(host, Number(port));
  await removed;
  tracker.end();
});
check("serial, state and path", async () => {
  assert.equal(await phone.getState(), "device");
  assert.equal(await phone.getDevicePath(), "unknown"); // what adb says of every phone in the network
  assert.equal(await phone.getSerialNo(), "unknown"); // this asks for the path as well, in adbkit 3.3.9
});
check("properties", async () => {
  const properties = await phone.getProperties();
  assert.equal(properties["ro.build.version.sdk"], "34");
  assert.ok(properties["ro.serialno"]);
});
check("features", async () => assert.ok((await phone.getFeatures())["android.hardware.touchscreen"]));
check("packages", async () => {
  assert.ok((await phone.getPackages()).includes(SAMPLE));
  assert.ok(!(await phone.getPackages("-s")).includes(SAMPLE));
});
check("there is no address from DHCP, as on every Android since 9", async () => {
  await assert.rejects(async () => phone.getDHCPIpAddress(), /Unable to find ipaddress/);
});
check("shell with a text", async () => assert.equal((await said("echo hello; getprop ro.build.version.release")), "hello\n14\n"));
check("shell with a list", async () => assert.equal(await said(["echo", "a  b", "$HOME", "it's"]), "a  b $HOME it's\n"));
check("boot is complete", async () => assert.equal(await phone.waitBootComplete(), true));
check("a ready phone is not waited for", async () => assert.equal(await phone.waitForDevice(), SERIAL));
check("push, stat, list and pull", async () => {
  const content = Buffer.alloc(300_000, "phone");
  await finished(await phone.push(Readable.from([content]), "/data/local/tmp/adbkit.bin", 0o600));
  const stats = await phone.stat("/data/local/tmp/adbkit.bin");
  assert.equal(Number(stats.size), content.length);
  assert.equal(stats.mode & 0o777, 0o600);
  assert.ok((await phone.readdir("/data/local/tmp")).some((entry) => entry.name === "adbkit.bin" && entry.isFile()));
  assert.deepEqual(await text(await phone.pull("/data/local/tmp/adbkit.bin")), content);
});
check("a file of the computer is pushed", async () => {
  const file = join(tmpdir(), `adbkit-${process.pid}`);
  writeFileSync(file, "from the computer");
  await finished(await phone.push(file, "/sdcard/Download/adbkit file.txt"));
  assert.equal(await said(["cat", "/sdcard/Download/adbkit file.txt"]), "from the computer");
});
check("stat of the second version", async () => {
  const sync = await phone.syncService();
  const stats = await sync.sta2("/data/local/tmp/adbkit.bin");
  sync.end();
  assert.equal(Number(stats.size), 300_000);
  assert.equal(stats.mode & 0o777, 0o600);
});
check("what is not there is ENOENT", async () => {
  await assert.rejects(async () => phone.stat("/sdcard/nothing"), /ENOENT/);
  const transfer = await phone.pull("/sdcard/nothing");
  const error = await new Promise((resolve) => transfer.on("error", resolve));
  assert.match(error.message, /No such file/);
});
check("screencap", async () => assert.deepEqual((await text(await phone.screencap())).subarray(0, 4), png));
check("framebuffer, raw", async () => {
  const stream = await phone.framebuffer("raw");
  const { width, height, bpp, size } = stream.meta;
  assert.equal((await text(stream)).length, size);
  assert.equal(width * height * (bpp / 8), size);
});
check("logcat, binary", async () => {
  const log = await phone.openLogcat({ clear: true });
  const entry = new Promise((resolve) => log.on("entry", (each) => each.tag === "adbkit" && resolve(each)));
  await said(["log", "-p", "w", "-t", "adbkit", "hello log"]);
  const { message, priority } = await entry;
  log.end();
  assert.deepEqual([message, priority], ["hello log", 5]);
});
check("install, is installed, clear, uninstall", async () => {
  assert.equal(await phone.install(APK), true);
  assert.equal(await phone.isInstalled(APK_PACKAGE), true);
  assert.equal(await phone.clear(SAMPLE), true);
  assert.equal(await phone.uninstall(APK_PACKAGE), true);
  assert.equal(await phone.isInstalled(APK_PACKAGE), false);
});
check("an app is installed from the phone's own files", async () => {
  await finished(await phone.push(APK, "/data/local/tmp/app.apk"));
  assert.equal(await phone.installRemote("/data/local/tmp/app.apk"), true);
});
check("what is no package is not installed", async () => {
  await finished(await phone.push(Readable.from([Buffer.from("no apk")]), "/data/local/tmp/no.apk"));
  await assert.rejects(async () => phone.installRemote("/data/local/tmp/no.apk"), /INSTALL_PARSE_FAILED/);
});
check("an activity starts", async () => {
  const activity = (await said(["cmd", "package", "resolve-activity", "--brief", SAMPLE])).trim().split("\n").pop();
  assert.equal(await phone.startActivity({ component: activity, wait: true, user: 0 }), true);
  assert.match(await said("dumpsys window | grep mCurrentFocus"), new RegExp(SAMPLE));
});
check("an activity that is not there is refused", async () => {
  await assert.rejects(async () => phone.startActivity({ component: `${SAMPLE}/.Nothing` }), /does not exist/);
});
check("a service starts", async () => assert.equal(await phone.startService({ component: `${SAMPLE}/.Service` }), true));
check("forward and list", async () => {
  assert.equal(await phone.forward("tcp:28731", "tcp:9008"), true);
  assert.ok((await phone.listForwards()).some(({ local, remote }) => local === "tcp:28731" && remote === "tcp:9008"));
});
check("reverse and list", async () => {
  assert.equal(await phone.reverse("tcp:6100", "tcp:7100"), true);
  assert.ok((await phone.listReverses()).some(({ remote, local }) => remote === "tcp:6100" && local === "tcp:7100"));
});
check("processor load", async () => {
  const stat = await phone.openProcStat();
  const load = await new Promise((resolve, reject) => stat.on("load", resolve).on("error", reject));
  stat.end();
  assert.ok(Object.keys(load).length > 0);
});
check("debuggable processes are followed", async () => {
  const tracker = await phone.trackJdwp();
  tracker.end();
});
check("monkey listens on a port", async () => {
  const monkey = await phone.openMonkey();
  const density = await new Promise((resolve, reject) => {
    monkey.get("display.width", (error, value) => (error ? reject(error) : resolve(value)));
  });
  monkey.end();
  assert.ok(Number(density) > 0);
});
check("root is refused, with its reason", async () => {
  await assert.rejects(async () => phone.root(), /production builds/);
});
check("a port where nobody listens is refused", async () => {
  await assert.rejects(async () => phone.openTcp(1), /closed|failed|refused/i);
});
check("a bridge serves the phone to another adb", async () => {
  const bridge = client.createTcpUsbBridge(SERIAL, { auth: () => Promise.resolve() });
  await new Promise((resolve) => bridge.listen(0, "127.0.0.1").on("listening", resolve));
  bridge.close();
});
await runChecks();
