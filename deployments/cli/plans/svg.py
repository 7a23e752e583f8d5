"""SVG elements of a chart of time: texts, the axis, and bars on a time scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from deployments.cli.plans.scale import Scale, instant

_LONGEST_NAME = 22


@dataclass(frozen=True, slots=True)
class Plot:
    """The plotting area of a chart, with its time scale: from x = `left` to `right`, in pixels."""

    scale: Scale
    left: float
    right: float

    def x(self, place: float) -> float:
        """Return the x of a position on the scale (0 to 1)."""
        return self.left + place * (self.right - self.left)

    def at(self, text: str) -> float:
        """Return the x of an instant (ISO 8601)."""
        return self.x(self.scale.place(instant(text)))

    def axis(self, most: int, top: float, bottom: float) -> Iterator[str]:
        """Yield vertical lines at about `most` round times, with their labels above."""
        for place, label in self.scale.ticks(most):
            x = self.x(place)
            yield f'<line x1="{x:.1f}" y1="{top + 5:.1f}" x2="{x:.1f}" y2="{bottom:.1f}"/>'
            yield text_element(x, top, label, "faint", anchor="middle")

    def bar(self, times: tuple[str, str], y: float, height: float, told: str, **looks: str) -> str:
        """Return a bar from one instant to another; `told` is its tooltip, `looks` are its attributes."""
        left, right = (self.at(each) for each in times)
        place = f'x="{left:.1f}" y="{y:.1f}" width="{max(1.0, right - left):.1f}" height="{height:g}"'
        return f'<rect {_attributes(looks)} {place} rx="3"><title>{escape(told)}</title></rect>'


def text_element(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    """Return a text of one line; `kind` is its CSS class."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def shorten(name: str, longest: int = _LONGEST_NAME) -> str:
    """Return the name, cut to `longest` characters with an ellipsis."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def _attributes(looks: dict[str, str]) -> str:
    return " ".join(f"{name.rstrip('_')}={quoteattr(value)}" for name, value in looks.items())
