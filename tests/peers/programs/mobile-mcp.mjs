// Exercises @mobilenext/mobile-mcp, a server for language models, through its protocol on one phone.
// With MOBILEMCP_LEGACY_ROBOT=1 it calls adb itself; otherwise its own program `mobilecli` does.
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { assert, check, runChecks, APK, APK_PACKAGE, SAMPLE, SERIAL } from "./checks.mjs";

const server = join(import.meta.dirname, "node_modules/@mobilenext/mobile-mcp/lib/index.js");
const transport = new StdioClientTransport({ command: process.execPath, args: [server], env: process.env, stderr: "ignore" });
const client = new Client({ name: "peers", version: "1" });
await client.connect(transport);
const call = async (name, given = {}) => {
  const { content, isError } = await client.callTool({ name, arguments: { device: SERIAL, ...given } });
  const said = content.map(({ text }) => text ?? "").join("\n");
  if (isError || /^Error|failed/i.test(said)) throw new Error(said);
  return { said, content };
};
const elements = async () => (await call("mobile_list_elements_on_screen")).said;
const until = async (wanted) => {
  for (let tries = 0; tries < 20; tries++) {
    const seen = await elements();
    if (wanted.test(seen)) return seen;
  }
  throw new Error(`never on the screen: ${wanted}`);
};
const middle = (seen, wanted) => {
  const line = seen.split("\n").find((each) => wanted.test(each));
  const [, x, y, width, height] = /at=(-?\d+),(-?\d+) size=(\d+)x(\d+)/.exec(line).map(Number);
  return { x: x + Math.floor(width / 2), y: y + Math.floor(height / 2) };
};

check("devices", async () => {
  const { content } = await client.callTool({ name: "mobile_list_available_devices", arguments: {} });
  const found = JSON.parse(content[0].text).devices.find(({ id }) => id === SERIAL);
  assert.deepEqual([found.platform, found.state, found.version], ["android", "online", "14"]);
});
check("apps", async () => assert.match((await call("mobile_list_apps")).said, new RegExp(SAMPLE)));
check("the size of the screen", async () => assert.match((await call("mobile_get_screen_size")).said, /1080x2400/));
check("a button: home", async () => call("mobile_press_button", { button: "HOME" }));
check("the elements of the launcher", async () => assert.match(await until(/Sample/), /TextView/));
check("a picture", async () => {
  const { content } = await call("mobile_take_screenshot");
  assert.ok(content.some(({ type, data }) => type === "image" && data.length > 1000));
});
check("a picture in a file", async () => {
  const saveTo = join(mkdtempSync(join(tmpdir(), "mobile-mcp-")), "screen.png");
  await call("mobile_save_screenshot", { saveTo });
  assert.ok(existsSync(saveTo));
});
check("a tap opens an app", async () => {
  await call("mobile_click_on_screen_at_coordinates", middle(await elements(), /Sample/));
  await until(new RegExp(`${SAMPLE}:id`));
});
check("the app in front", async () => assert.match((await call("mobile_get_foreground_app")).said, new RegExp(SAMPLE)));
check("an app is closed and launched", async () => {
  await call("mobile_terminate_app", { packageName: SAMPLE });
  await until(/launcher/);
  await call("mobile_launch_app", { packageName: SAMPLE });
  await until(new RegExp(`${SAMPLE}:id`));
});
check("a swipe", async () => call("mobile_swipe_on_screen", { direction: "up" }));
check("a double tap and a long press", async () => {
  await call("mobile_double_tap_on_screen", { x: 540, y: 1200 });
  await call("mobile_long_press_on_screen_at_coordinates", { x: 540, y: 1200, duration: 800 });
});
check("back", async () => call("mobile_press_button", { button: "BACK" }));
check("text is typed into a field", async () => {
  await call("mobile_terminate_app", { packageName: SAMPLE });
  await call("mobile_launch_app", { packageName: SAMPLE });
  const search = /search|discover/i;
  await call("mobile_click_on_screen_at_coordinates", middle(await until(search), search));
  const field = /EditText/;
  await call("mobile_click_on_screen_at_coordinates", middle(await until(field), field));
  await call("mobile_type_keys", { text: "hello peer", submit: false });
  assert.match(await until(/EditText.*hello peer/), /hello peer/);
});
check("the orientation", async () => {
  await call("mobile_set_orientation", { orientation: "landscape" });
  assert.match((await call("mobile_get_orientation")).said, /landscape/);
  await call("mobile_set_orientation", { orientation: "portrait" });
  assert.match((await call("mobile_get_orientation")).said, /portrait/);
});
check("a link", async () => call("mobile_open_url", { url: "https://sample.example/@studio_001" }));
check("an app is installed and removed", async () => {
  await call("mobile_install_app", { path: APK });
  await call("mobile_uninstall_app", { bundle_id: APK_PACKAGE });
});
check("the log", async () => assert.match((await call("mobile_get_device_logs", { limit: 10 })).said, /ActivityManager|WifiService|BatteryService|WindowManager/));
await runChecks();
