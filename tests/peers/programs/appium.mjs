// Exercises appium-adb through its public API on one phone.
import { readFileSync, writeFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADB } from "appium-adb";
import { assert, check, runChecks, APK, APK_PACKAGE, PORT, SAMPLE, SERIAL } from "./checks.mjs";

const KEYBOARD = "com.github.uiautomator/.AdbKeyboard";
const folder = mkdtempSync(join(tmpdir(), "appium-adb-"));
const adb = await ADB.createADB({ adbPort: PORT, udid: SERIAL, suppressKillServer: true, adbExecTimeout: 20000 });
adb.setDeviceId(SERIAL);

check("devices", async () => assert.ok((await adb.getConnectedDevices()).some(({ udid, state }) => udid === SERIAL && state === "device")));
check("the phone is connected and answers", async () => {
  assert.equal(await adb.isDeviceConnected(), true);
  assert.equal(await adb.ping(), true);
});
check("the phone is waited for", async () => adb.waitForDevice(5));
check("the system is waited for, as on an emulator", async () => adb.waitForEmulatorReady(15000));
check("versions", async () => {
  assert.equal(await adb.getApiLevel(), 34);
  assert.equal(await adb.getPlatformVersion(), "14");
  assert.ok((await adb.getVersion()).bridge.version);
});
check("model and manufacturer", async () => {
  assert.match(await adb.getModel(), /Virtual Phone/);
  assert.ok(await adb.getManufacturer());
});
check("size, density and orientation", async () => {
  assert.match(await adb.getScreenSize(), /^\d+x\d+$/);
  assert.ok((await adb.getScreenDensity()) > 0);
  assert.equal(await adb.getScreenOrientation(), 0);
});
check("language, country, locale, time zone", async () => {
  assert.equal(await adb.getDeviceLanguage(), "en");
  assert.equal(await adb.getDeviceLocale(), "en-US");
  assert.equal(await adb.getTimeZone(), "UTC");
  assert.equal(await adb.ensureCurrentLocale("en", "US"), true);
});
check("shell: output, errors and exit code", async () => {
  assert.equal(await adb.shell(["echo", "'a  b'"]), "a  b");
  const { stdout, stderr } = await adb.shell(["echo out; echo err >&2"], { outputFormat: adb.EXEC_OUTPUT_FORMAT.FULL });
  assert.deepEqual([stdout.trim(), stderr.trim()], ["out", "err"]);
  await assert.rejects(() => adb.shell(["exit 3"]), (error) => error.code === 3 || /code 3|status 3/.test(error.message));
});
check("shell: an unknown content provider is an error on stderr", async () => {
  const { stderr } = await adb.shell(["content", "read", "--uri", "content://doesnotexist"], { outputFormat: adb.EXEC_OUTPUT_FORMAT.FULL });
  assert.match(stderr, /Error while accessing provider/);
});
check("files: push, size, list, pull, remove", async () => {
  writeFileSync(join(folder, "up.txt"), "appium");
  await adb.mkdir("/sdcard/Download/appium-dir");
  await adb.push(join(folder, "up.txt"), "/sdcard/Download/appium-dir/up.txt");
  assert.equal(await adb.fileExists("/sdcard/Download/appium-dir/up.txt"), true);
  assert.equal(await adb.fileSize("/sdcard/Download/appium-dir/up.txt"), 6);
  assert.deepEqual(await adb.ls("/sdcard/Download/appium-dir"), ["up.txt"]);
  await adb.pull("/sdcard/Download/appium-dir/up.txt", join(folder, "down.txt"));
  assert.equal(readFileSync(join(folder, "down.txt"), "utf8"), "appium");
  await adb.rimraf("/sdcard/Download/appium-dir");
  assert.equal(await adb.fileExists("/sdcard/Download/appium-dir"), false);
});
check("files: what is not there", async () => {
  assert.deepEqual(await adb.ls("/foo/bar"), []);
  assert.equal(await adb.fileExists("/foo/bar/baz.zip"), false);
});
check("a picture", async () => assert.deepEqual([...(await adb.takeScreenshot()).subarray(1, 4)], [...Buffer.from("PNG")]));
check("settings", async () => {
  await adb.setSetting("global", "peer", "1");
  assert.equal(await adb.getSetting("global", "peer"), "1");
});
check("animations", async () => {
  await adb.setAnimationScale("0.0"); // with the number 0, isAnimationOn finds "0" and says true
  assert.equal(await adb.isAnimationOn(), false);
  await adb.setAnimationScale(1);
  assert.equal(await adb.isAnimationOn(), true);
});
check("the hidden API policy", async () => {
  await adb.setHiddenApiPolicy(1);
  await adb.setDefaultHiddenApiPolicy();
});
check("a proxy", async () => {
  await adb.setHttpProxy("127.0.0.1", 8080);
  assert.equal(await adb.getSetting("global", "http_proxy"), "127.0.0.1:8080");
  await adb.deleteHttpProxy();
});
check("airplane mode", async () => {
  await adb.setAirplaneMode(true);
  assert.equal(await adb.isAirplaneModeOn(), true);
  await adb.setAirplaneMode(false);
  assert.equal(await adb.isAirplaneModeOn(), false);
});
check("Wi-Fi and mobile data", async () => {
  await adb.setWifiState(false);
  assert.equal(await adb.isWifiOn(), false);
  await adb.setWifiState(true);
  assert.equal(await adb.isWifiOn(), true);
  await adb.setDataState(true);
  assert.equal(await adb.isDataOn(), true);
});
check("location providers", async () => {
  await adb.toggleGPSLocationProvider(true);
  assert.ok((await adb.getLocationProviders()).includes("gps"));
});
check("Bluetooth and NFC", async () => {
  await adb.setBluetoothOn(true);
  await adb.setNfcOn(true);
});
check("the idle whitelist", async () => {
  await adb.addToDeviceIdleWhitelist(SAMPLE);
  assert.ok((await adb.getDeviceIdleWhitelist()).some((line) => line.includes(SAMPLE)));
});
check("an app is installed, found, described and removed", async () => {
  await adb.uninstallApk(APK_PACKAGE);
  await adb.install(APK, { replace: true, grantPermissions: true });
  assert.equal(await adb.isAppInstalled(APK_PACKAGE), true);
  assert.ok((await adb.listInstalledPackages()).some(({ appPackage }) => appPackage === APK_PACKAGE));
  const { name, versionCode, isInstalled } = await adb.getPackageInfo(APK_PACKAGE);
  assert.deepEqual([name, isInstalled, versionCode > 0], [APK_PACKAGE, true, true]);
  assert.equal(await adb.uninstallApk(APK_PACKAGE), true);
  assert.equal(await adb.isAppInstalled(APK_PACKAGE), false);
  assert.equal(await adb.uninstallApk(APK_PACKAGE), false);
});
check("an app is installed from the phone's files and pulled back", async () => {
  await adb.push(APK, "/data/local/tmp/appium.apk");
  await adb.installFromDevicePath("/data/local/tmp/appium.apk");
  assert.deepEqual(readFileSync(await adb.pullApk(APK_PACKAGE, folder)), readFileSync(APK));
});
check("an app is cached on the phone", async () => {
  const remote = await adb.cacheApk(APK);
  assert.equal(await adb.fileExists(remote), true);
});
check("streamed installation and features", async () => {
  assert.ok((await adb.listFeatures()).includes("shell_v2"));
  assert.equal(await adb.isStreamedInstallSupported(), true);
});
check("permissions", async () => {
  await adb.grantPermission(SAMPLE, "android.permission.CAMERA");
  assert.ok((await adb.getGrantedPermissions(SAMPLE)).includes("android.permission.CAMERA"));
  await adb.revokePermission(SAMPLE, "android.permission.CAMERA");
  assert.ok((await adb.getDeniedPermissions(SAMPLE)).includes("android.permission.CAMERA"));
});
check("the launcher activity", async () => assert.ok((await adb.resolveLaunchableActivity(SAMPLE)).startsWith(`${SAMPLE}/`)));
check("the launcher activity, from the dump", async () => {
  assert.ok((await adb.resolveLaunchableActivity(SAMPLE, { preferCmd: false })).startsWith(`${SAMPLE}/`));
});
check("an app starts, is in front, and stops", async () => {
  const activity = (await adb.resolveLaunchableActivity(SAMPLE, { preferCmd: false })).split("/")[1];
  await adb.startApp({ pkg: SAMPLE, activity, waitDuration: 10000 });
  assert.equal((await adb.getFocusedPackageAndActivity()).appPackage, SAMPLE);
  assert.equal(await adb.isAppRunning(SAMPLE), true);
  assert.ok((await adb.listAppProcessIds(SAMPLE)).length > 0);
  await adb.forceStop(SAMPLE);
  await adb.waitForNotActivity(SAMPLE, activity, 5000);
  assert.equal(await adb.isAppRunning(SAMPLE), false);
});
check("an app is activated and cleared", async () => {
  await adb.goToHome();
  await adb.activateApp(SAMPLE);
  assert.equal((await adb.getFocusedPackageAndActivity()).appPackage, SAMPLE);
  await adb.stopAndClear(SAMPLE);
});
check("an activity that is not there is refused", async () => {
  await assert.rejects(() => adb.startApp({ pkg: SAMPLE, activity: "Nothing", waitDuration: 5000, retry: false }), /Activity|activity/);
});
check("a link", async () => assert.rejects(() => adb.startUri("unknown://link", null, { waitForLaunch: true })));
check("windows are dumped", async () => assert.match(await adb.dumpWindows(), /mCurrentFocus/));
check("processes", async () => {
  assert.equal(await adb.processExists("com.android.systemui"), true);
  const [pid] = await adb.getProcessIdsByName("com.android.systemui");
  assert.equal(await adb.getProcessNameById(pid), "com.android.systemui");
  assert.deepEqual(await adb.getProcessIdsByName("com.nonexistent.app"), []);
  await adb.killProcessesByName("com.nonexistent.app");
  assert.match(await adb.listProcessStatus(), /systemui/);
});
check("the keyboard and its methods", async () => {
  assert.equal((await adb.isSoftKeyboardPresent()).isKeyboardShown, false);
  assert.ok((await adb.availableIMEs()).includes(KEYBOARD));
  await adb.enableIME(KEYBOARD);
  assert.ok((await adb.enabledIMEs()).includes(KEYBOARD));
  await adb.setIME(KEYBOARD);
  assert.equal(await adb.defaultIME(), KEYBOARD);
  await adb.shell(["ime", "reset"]);
  await adb.disableIME(KEYBOARD);
});
check("text, keys and touches", async () => {
  await adb.inputText("hello world");
  await adb.keyevent(4);
  await adb.back();
  await adb.clearTextField(5);
});
check("locked and unlocked", async () => {
  await adb.lock();
  assert.equal(await adb.isScreenLocked(), true);
  await adb.cycleWakeUp();
  await adb.dismissKeyguard();
  assert.equal(await adb.isScreenLocked(), false);
});
check("lock credentials", async () => {
  assert.equal(await adb.isLockManagementSupported(), true);
  await adb.setLockCredential("pin", "1234");
  assert.equal(await adb.isLockEnabled(), true);
  assert.equal(await adb.verifyLockCredential("1234"), true);
  await assert.rejects(() => adb.verifyLockCredential("9999"), /didn't match/);
  await adb.clearLockCredential("1234");
  assert.equal(await adb.isLockEnabled(), false);
});
check("forwards", async () => {
  await adb.forwardPort(28734, 9008);
  assert.ok((await adb.getForwardList()).some((line) => line.includes("tcp:28734")));
  await adb.removePortForward(28734);
});
check("reverses", async () => {
  await adb.reversePort(6400, 7400);
  assert.ok((await adb.getReverseList()).some((line) => line.includes("tcp:6400")));
  await adb.removePortReverse(6400);
});
check("open ports of the phone", async () => assert.ok(Array.isArray(await adb.listPorts())));
check("logcat", async () => {
  await adb.startLogcat();
  await adb.shell(["log", "-p", "i", "-t", "appium", "hello"]);
  for (let tries = 0; tries < 50 && !adb.logcat.getAllLogs().some(({ message }) => message.includes("hello")); tries++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  const found = adb.logcat.getAllLogs().some(({ message }) => /I appium *: hello/.test(message));
  await adb.stopLogcat();
  assert.ok(found);
});
check("the shell is not root", async () => assert.equal(await adb.isRoot(), false));
check("a certificate is not installed", async () => {
  const certificate = readFileSync(join(import.meta.dirname, "node_modules/appium-adb/keys/testkey.x509.pem"));
  assert.equal(await adb.isMitmCertificateInstalled(certificate), false);
});
await runChecks();
