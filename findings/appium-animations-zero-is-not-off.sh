#!/usr/bin/env bash
# appium-adb: after setAnimationScale(0), isAnimationOn() still says that animations are on.
#
# Version: appium-adb 16.0.9.
# Behaviour: setAnimationScale(0) runs `settings put global window_animation_scale 0` (and two more); Android stores the
#   text and gives it back as it was written. isAnimationOn() compares that text with "0.0" and takes "0" for on.
#   setAnimationScale("0.0") is understood, and so is what the developer options write.
# Output seen: stored: "0" / isAnimationOn after setAnimationScale(0): true / after setAnimationScale("0.0"): false
# Date: 2026-11-30.
# Why it matters: "switch animations off, then wait until they are off" never ends, and a report of the phone's state is
#   wrong. Animations left on make taps land on what fades away.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund appium-adb@16.0.9
node -p '"appium-adb " + JSON.parse(fs.readFileSync("node_modules/appium-adb/package.json")).version'
mkdir -p sdk/platform-tools settings
# An `adb` whose phone knows the documented `settings put` and `settings get`: what was put is what is got.
cat >sdk/platform-tools/adb <<SH
#!/usr/bin/env bash
while [ "\$1" != shell ]; do [ \$# -gt 0 ] || exit 0; shift; done
shift
case "\$1 \$2 \$3" in
  "settings put global") printf '%s\n' "\$5" >"$folder/settings/\$4" ;;
  "settings get global") cat "$folder/settings/\$4" 2>/dev/null || echo null ;;
esac
SH
chmod +x sdk/platform-tools/adb
cat >ask.mjs <<'JS'
import { ADB } from "appium-adb";
const adb = await ADB.createADB({ udid: "phone", suppressKillServer: true });
adb.setDeviceId("phone");
await adb.setAnimationScale(0);
console.log("stored:", JSON.stringify(await adb.getSetting("global", "window_animation_scale")));
console.log("isAnimationOn after setAnimationScale(0):", await adb.isAnimationOn());
await adb.setAnimationScale("0.0");
console.log('isAnimationOn after setAnimationScale("0.0"):', await adb.isAnimationOn());
process.exit(0);
JS
ANDROID_HOME=$folder/sdk timeout 60 node ask.mjs 2>/dev/null | grep -E "^(stored|isAnimationOn)" | tee seen
printf '%s\n' 'stored: "0"' "isAnimationOn after setAnimationScale(0): true" \
  'isAnimationOn after setAnimationScale("0.0"): false' | diff - seen
echo "As on 2026-11-30."
