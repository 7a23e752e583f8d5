// Runs named checks one after the other and prints one JSON line for each: {name, ok, why}.
import assert from "node:assert/strict";

const all = [];
process.on("unhandledRejection", () => {}); // a library's own; the check that it belongs to fails by itself
export const check = (name, run) => all.push({ name, run });
export { assert };

const limit = (promise, seconds) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

export async function runChecks() {
  for (const { name, run } of all) {
    let why = "";
    try {
      await limit(Promise.resolve().then(run), Number(process.env.CHECK_SECONDS ?? 60));
    } catch (error) {
      why = String(error?.message ?? error).split("\n").slice(0, 4).join(" ") || "failed";
    }
    console.log(JSON.stringify({ name, ok: !why, why }));
  }
  process.exit(0);
}

export const text = async (stream) => {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
};
export const SERIAL = process.env.PEER_SERIAL;
export const OTHER = process.env.PEER_OTHER;
export const PORT = Number(process.env.ANDROID_ADB_SERVER_PORT);
export const APK = process.env.PEER_APK;
export const APK_PACKAGE = "com.github.uiautomator";
export const SAMPLE = "com.phonefleet.sample";
