"""A plan as a picture: a bar of time for each phone, as one SVG file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from deployments.cli.plan_scale import Scale, instant, scale_of
from deployments.cli.plan_shown import against, ends, name_of
from phonefleet.client.plan_answers import PhonePlan, Plan

_WIDTH, _LEFT, _RIGHT = 1000, 180, 120
_TOP, _ROW, _BAR = 84, 34, 18
_MARKS = 8
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2937}.title{font-size:17px;font-weight:600}.faint{fill:#6b7280}"
    ".asked{fill:#2563eb}.before{fill:#9ca3af}.perhaps{fill:#93c5fd;opacity:.6}.against{fill:#b45309}"
    "line{stroke:#e5e7eb}rect.page{fill:#ffffff}"
)


def svg_of(plan: Plan, title: str) -> str:
    """Return the picture."""
    scale = scale_of(plan)
    height = _TOP + _ROW * len(plan["phones"]) + 40
    parts: list[str] = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" width="{_WIDTH}">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<rect class="page" width="{_WIDTH}" height="{height}"/>',
        _text(16, 28, title, "title"),
        _text(16, 50, f"ends {ends(plan)}" if scale and plan["end"] else "every task would fail", "faint"),
        *(_axis(scale, height - 36) if scale else []),
        *(part for row, phone in enumerate(plan["phones"]) for part in _row(phone, _TOP + _ROW * row, scale)),
        *_legend(height - 14),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axis(scale: Scale, bottom: float) -> Iterator[str]:
    for place, label in scale.marks(_MARKS):
        x = _x(place)
        yield f'<line x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{bottom:.1f}"/>'
        yield _text(x, _TOP - 13, label, "faint", anchor="middle")


def _legend(y: float) -> Iterator[str]:
    kinds = (("asked", "these tasks"), ("before", "earlier ones"), ("perhaps", "at the latest"))
    for place, (kind, meaning) in enumerate(kinds):
        x = _LEFT + 130 * place
        yield f'<circle class="{kind}" cx="{x + 5}" cy="{y - 4:.1f}" r="5"/>'
        yield _text(x + 16, y, meaning, "faint")


def _row(phone: PhonePlan, y: float, scale: Scale | None) -> Iterator[str]:
    reasons = list(against(phone))
    hint = f"<title>{escape('; '.join(reasons))}</title>" if reasons else ""
    name = _text(16, y + _BAR - 4, _short(name_of(phone)), "against" if reasons else "")
    yield f"<g>{hint}{name}"
    if scale is not None:
        yield from _bars(phone, y, scale)
    yield "</g>"


def _bars(phone: PhonePlan, y: float, scale: Scale) -> Iterator[str]:
    if phone["end"]:
        until = (phone["end"]["expected"], phone["end"]["latest"])
        yield _rectangle(scale, until, y, "perhaps", "at the latest")
    for span in phone["spans"]:
        kind, whose = ("asked", "") if span["asked"] else ("before", "earlier ")
        told = f"{span['tasks']} {whose}task{'s' * (span['tasks'] != 1)}"
        yield _rectangle(scale, (span["start"], span["end"]), y, kind, told)
    end = scale.clock(instant(phone["end"]["expected"])) if phone["end"] else "never"
    yield _text(_WIDTH - 16, y + _BAR - 4, end, "faint", anchor="end")


def _rectangle(scale: Scale, time: tuple[str, str], y: float, kind: str, told: str) -> str:
    left, right = (_x(scale.place(instant(at))) for at in time)
    place = f'x="{left:.1f}" y="{y:.1f}" width="{max(1.0, right - left):.1f}" height="{_BAR}"'
    return f'<rect class="{kind}" {place} rx="3"><title>{escape(told)}</title></rect>'


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _x(place: float) -> float:
    return _LEFT + place * (_WIDTH - _LEFT - _RIGHT)


def _short(name: str) -> str:
    longest = 22
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
