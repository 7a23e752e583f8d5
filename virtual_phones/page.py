"""The page at the root of a fleet's HTTP API: all phones, which a person can touch and swipe with the mouse."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_HEAD = """<!doctype html><meta charset="utf-8"><title>Virtual phones</title>
<style>
  figure { display: inline-block; margin: 8px; vertical-align: top; font-family: sans-serif }
  img { width: 270px; display: block; touch-action: none; cursor: pointer; user-select: none }
  input { width: 130px }
</style>
"""
_FIGURE = """<figure data-serial="{serial}">
  <img src="/phones/{serial}/screenshot.png" alt="What {serial} shows" draggable="false">
  <figcaption>{serial}<br>
    <button value="back">Back</button> <button value="home">Home</button>
    <input placeholder="type, then Enter" aria-label="Text for {serial}">
  </figcaption>
</figure>
"""
_SCRIPT = """<script>
for (const figure of document.querySelectorAll("figure")) {
  const path = "/phones/" + figure.dataset.serial, image = figure.querySelector("img");
  const field = figure.querySelector("input");
  const show = () => { image.src = path + "/screenshot.png?" + Date.now(); };
  const hand = order => fetch(path + "/hand", {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(order),
  }).then(show);
  const at = event => {
    const box = image.getBoundingClientRect();
    const pixel = (place, size, all) => Math.min(all - 1, Math.max(0, Math.floor(place / size * all)));
    return [pixel(event.clientX - box.left, box.width, image.naturalWidth),
            pixel(event.clientY - box.top, box.height, image.naturalHeight)];
  };
  let start = null;
  image.addEventListener("pointerdown", event => { image.setPointerCapture(event.pointerId); start = at(event); });
  image.addEventListener("pointerup", event => {
    const from = start, to = at(event);
    start = null;
    if (from) hand(Math.hypot(to[0] - from[0], to[1] - from[1]) < 16 ? {tap: to} : {swipe: [...from, ...to]});
  });
  for (const button of figure.querySelectorAll("button"))
    button.addEventListener("click", () => hand({key: button.value}));
  field.addEventListener("keydown", event => {
    if (event.key === "Enter" && field.value) { hand({text: field.value}); field.value = ""; }
  });
  setInterval(() => { if (figure.matches(":hover")) show(); }, 1000);
}
</script>
"""


def page_of(serials: Iterable[str]) -> str:
    """Return the page for phones by their addresses; pictures are new after each touch and under the mouse."""
    return _HEAD + "".join(_FIGURE.format(serial=escape(serial)) for serial in serials) + _SCRIPT
