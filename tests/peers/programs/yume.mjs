// Exercises @yume-chan/adb (ya-webadb) and its android-bin package through their public API on one phone.
import { readFileSync } from "node:fs";
import { AdbServerClient } from "@yume-chan/adb";
import { AdbServerNodeTcpConnector } from "@yume-chan/adb-server-node-tcp";
import { ActivityManager, Cmd, DumpSys, IntentBuilder, Logcat, PackageManager, PackageManagerInstallSession, Settings } from "@yume-chan/android-bin";
import { ReadableStream } from "@yume-chan/stream-extra";
import { assert, check, runChecks, text, APK, APK_PACKAGE, PORT, SAMPLE, SERIAL } from "./checks.mjs";

const client = new AdbServerClient(new AdbServerNodeTcpConnector({ host: "127.0.0.1", port: PORT }));
const adb = await client.createAdb({ serial: SERIAL });
const shell = adb.subprocess.shellProtocol;
const none = adb.subprocess.noneProtocol;
const of = (bytes) => ReadableStream.from([new Uint8Array(bytes)]);
const withSync = async (work) => {
  const sync = await adb.sync();
  try {
    return await work(sync);
  } finally {
    await sync.dispose();
  }
};

check("the server's version", async () => assert.ok((await client.getVersion()) >= 41));
check("devices are listed", async () => {
  const found = (await client.getDevices()).find(({ serial }) => serial === SERIAL);
  assert.equal(found.state, "device");
  assert.ok(found.model.startsWith("Virtual_Phone"));
});
check("devices are followed", async () => {
  const observer = await client.trackDevices();
  assert.ok(observer.current.some(({ serial }) => serial === SERIAL));
  await observer.stop();
});
check("a present phone is not waited for", async () => client.waitFor({ serial: SERIAL }, "device"));
check("features and banner", async () => {
  for (const feature of ["shell_v2", "cmd", "stat_v2", "ls_v2", "fixed_push_mkdir", "abb", "abb_exec", "sendrecv_v2"])
    assert.ok(adb.canUseFeature(feature), feature);
});
check("a property", async () => assert.equal(await adb.getProp("ro.build.version.release"), "14"));
check("shell: output, errors and exit code apart", async () => {
  const { stdout, stderr, exitCode } = await shell.spawnWaitText("echo out; echo err >&2; exit 7");
  assert.deepEqual([stdout, stderr, exitCode], ["out\n", "err\n", 7]);
});
check("shell: a list is quoted by the caller", async () => {
  const { stdout } = await shell.spawnWaitText(["echo", "'a  b'"]);
  assert.equal(stdout, "a  b\n");
});
check("shell: standard input", async () => {
  const process = await shell.spawn("cat");
  const writer = process.stdin.getWriter();
  await writer.write(Buffer.from("typed"));
  await writer.close();
  assert.equal((await text(process.stdout)).toString(), "typed");
  assert.equal(await process.exited, 0);
});
check("shell: what runs is ended", async () => {
  const process = await shell.spawn("sleep 100");
  const ended = assert.rejects(process.exited, /without exit/);
  await process.kill();
  await ended;
});
check("shell: a terminal with a size and Ctrl-C", async () => {
  const terminal = await shell.pty({ terminalType: "xterm" });
  await terminal.resize(24, 80);
  const writer = terminal.input.getWriter();
  await writer.write(Buffer.from("sleep 100\r"));
  await terminal.sigint();
  await writer.write(Buffer.from("echo here; exit 3\r"));
  assert.match((await text(terminal.output)).toString(), /here/);
  assert.equal(await terminal.exited, 3);
});
check("exec: output as it is", async () => {
  assert.deepEqual([...(await none.spawnWait(["printf", "'a\\r\\nb'"]))], [...Buffer.from("a\r\nb")]);
});
check("exec: a picture", async () => {
  const png = await none.spawnWait("screencap -p");
  assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from("PNG")]);
});
check("sync: write, stat, list and read", async () =>
  withSync(async (sync) => {
    const content = Buffer.alloc(3_000_000, "ya-webadb");
    await sync.write({ filename: "/sdcard/Download/yume.bin", file: of(content), permission: 0o640, mtime: 1_700_000_001 });
    const stat = await sync.stat("/sdcard/Download/yume.bin");
    assert.deepEqual([stat.size, stat.mtime], [BigInt(content.length), 1_700_000_001n]);
    assert.equal(stat.nlink, 1);
    assert.ok(stat.ino > 0n);
    assert.equal((await sync.lstat("/sdcard/Download/yume.bin")).size, BigInt(content.length));
    assert.ok((await sync.readdir("/sdcard/Download")).some(({ name, type }) => name === "yume.bin" && type === 8));
    assert.deepEqual(await text(sync.read("/sdcard/Download/yume.bin")), content);
  }));
check("sync: a rehearsal writes nothing", async () =>
  withSync(async (sync) => {
    await sync.write({ filename: "/sdcard/Download/dry.bin", file: of(Buffer.from("dry")), dryRun: true });
    await assert.rejects(() => sync.stat("/sdcard/Download/dry.bin"), /ENOENT/);
  }));
check("sync: folders, and what is not there", async () =>
  withSync(async (sync) => {
    assert.equal(await sync.isDirectory("/sdcard/DCIM"), true);
    assert.equal(await sync.isDirectory("/sdcard/nothing"), false);
    await assert.rejects(() => sync.lstat("/sdcard/nothing"));
    await assert.rejects(() => text(sync.read("/sdcard/nothing")), /No such file/);
  }));
check("sync: many at once on one connection", async () =>
  withSync(async (sync) => {
    const names = Array.from({ length: 20 }, (_, number) => `/data/local/tmp/many/${number}`);
    await Promise.all(names.map((filename) => sync.write({ filename, file: of(Buffer.from(filename)) })));
    assert.equal((await sync.readdir("/data/local/tmp/many")).filter(({ type }) => type === 8).length, names.length);
  }));
check("files are removed", async () => {
  await adb.rm("/data/local/tmp/many", { recursive: true, force: true });
  await withSync((sync) => assert.rejects(() => sync.lstat("/data/local/tmp/many"), /ENOENT/));
});
check("framebuffer", async () => {
  const { width, height, bpp, data } = await adb.framebuffer();
  assert.equal(data.length, (width * height * bpp) / 8);
});
check("a service of the phone by its socket", async () => {
  assert.equal(await adb.createSocketAndWait("exec:echo socket"), "socket\n");
  await assert.rejects(() => adb.createSocket("tcp:1"));
});
check("reverse: add, list, remove", async () => {
  await adb.reverse.addExternal("tcp:6200", "tcp:7200");
  assert.ok((await adb.reverse.list()).some(({ localName, remoteName }) => localName === "tcp:6200" && remoteName === "tcp:7200"));
  await adb.reverse.remove("tcp:6200");
  assert.ok(!(await adb.reverse.list()).some(({ localName }) => localName === "tcp:6200"));
  await assert.rejects(() => adb.reverse.remove("tcp:6200"));
});
check("reverse: the phone chooses a port", async () => {
  const address = await adb.reverse.addExternal("tcp:0", "tcp:7300");
  assert.match(address, /^tcp:[1-9]\d*$/);
  await adb.reverse.removeAll();
});
check("reverse: the phone reaches the computer", async () => {
  const address = await adb.reverse.add("tcp:6300", async (socket) => {
    const writer = socket.writable.getWriter();
    await writer.write(Buffer.from("from the computer\n"));
    await writer.close();
    await socket.close();
  });
  const { stdout } = await shell.spawnWaitText(`nc 127.0.0.1 ${address.replace("tcp:", "")} < /dev/null`);
  await adb.reverse.removeAll();
  assert.equal(stdout, "from the computer\n");
});
check("logcat: binary entries, as they come", async () => {
  const logcat = new Logcat(adb);
  await logcat.clear();
  await shell.spawnWaitText("log -p e -t yume 'one entry'");
  for await (const entry of logcat.binary())
    if (entry.tag === "yume") {
      assert.deepEqual([entry.message.replace(/\0$/, ""), entry.priority], ["one entry", 6]);
      break;
    }
});
check("logcat: the buffers' sizes", async () => {
  const [main] = await new Logcat(adb).getLogSize();
  assert.ok(main.size > 0 && main.maxPayloadSize > 0);
});
check("cmd: with and without exit code", async () => {
  const cmd = new Cmd(adb);
  assert.match(await cmd.noneProtocol.spawnWaitText(["package", "list", "packages"]), new RegExp(SAMPLE));
  assert.equal((await cmd.shellProtocol.spawnWaitText(["package", "path", "not.there"])).exitCode, 1);
});
check("packages: list with paths, versions and users", async () => {
  const found = [];
  for await (const each of new PackageManager(adb).listPackages({ listThirdParty: true, showSourceDir: true, showVersionCode: true, showUid: true }))
    found.push(each);
  const sample = found.find(({ packageName }) => packageName === SAMPLE);
  assert.ok(sample.sourceDir.endsWith("base.apk") && sample.versionCode > 0 && sample.uid >= 10000);
});
check("packages: sources and launcher activity", async () => {
  const manager = new PackageManager(adb);
  assert.ok((await manager.getPackageSources(SAMPLE))[0].endsWith("base.apk"));
  const activity = await manager.resolveActivity({ intent: new IntentBuilder().setPackage(SAMPLE).addCategory("android.intent.category.LAUNCHER") });
  assert.ok(activity.startsWith(`${SAMPLE}/`));
});
check("packages: a streamed installation", async () => {
  const bytes = readFileSync(APK);
  await new PackageManager(adb).installStream(bytes.length, of(bytes));
  await new PackageManager(adb).uninstall(APK_PACKAGE);
});
check("packages: a session with splits", async () => {
  const bytes = readFileSync(APK);
  const session = await PackageManagerInstallSession.create(new PackageManager(adb));
  await session.addSplitStream("base.apk", bytes.length, of(bytes));
  await session.commit();
  assert.ok((await new PackageManager(adb).getPackageSources(APK_PACKAGE)).length > 0);
});
check("packages: a session is abandoned", async () => {
  const session = await PackageManagerInstallSession.create(new PackageManager(adb));
  await session.abandon();
});
check("an activity starts", async () => {
  const component = (await shell.spawnWaitText(`cmd package resolve-activity --brief ${SAMPLE}`)).stdout.trim().split("\n").pop();
  await new ActivityManager(adb).startActivity({ intent: new IntentBuilder().setComponent(component), forceStop: true });
  assert.match((await shell.spawnWaitText("dumpsys window | grep mCurrentFocus")).stdout, new RegExp(SAMPLE));
});
check("an activity that is not there is refused", async () => {
  const intent = new IntentBuilder().setComponent(`${SAMPLE}/.Nothing`);
  await new ActivityManager(adb).startActivity({ intent }); // it never finds the error in the output
  const { stderr } = await shell.spawnWaitText(`am start-activity -W -n ${SAMPLE}/.Nothing`);
  assert.match(stderr, /does not exist/);
});
check("settings: put, get, delete", async () => {
  const settings = new Settings(adb);
  await settings.put("global", "peer", "a value");
  assert.equal(await settings.get("global", "peer"), "a value");
  await settings.delete("global", "peer");
  assert.equal(await settings.get("global", "peer"), "null");
});
check("dumpsys: battery and storage", async () => {
  const battery = await new DumpSys(adb).battery();
  assert.equal(typeof battery.present, "boolean");
  const { dataFree, dataTotal } = await new DumpSys(adb).diskStats();
  assert.ok(dataFree > 0 && dataTotal > dataFree);
});
await runChecks();
