"""SVG elements of a chart of time: texts, the axis, and bars on a time scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from deployments.cli.plans.scale import Scale
from deployments.cli.shared.times import local_instant

_LONGEST_NAME = 22
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2937}.title{font-size:17px;font-weight:600}.faint{fill:#6b7280}"
    ".against{fill:#b45309}line{stroke:#e5e7eb}rect.page{fill:#ffffff}"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a size in pixels, with a title, a line below it and the chart; `style` is CSS beside that of all."""

    width: int
    height: int
    style: str

    def picture(self, title: str, about: str, chart: Iterable[str]) -> str:
        """Return the file, which needs nothing else."""
        box = f'viewBox="0 0 {self.width} {self.height}" role="img" width="{self.width}"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
            f"<title>{escape(title)}</title><style>{_STYLE}{self.style}</style>",
            f'<rect class="page" width="{self.width}" height="{self.height}"/>',
            text_element(16, 28, title, "title"),
            text_element(16, 50, about, "faint"),
            *chart,
            "</svg>",
        ]
        return "\n".join(parts) + "\n"


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
        return self.x(self.scale.place(local_instant(text)))

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


def hint(told: Iterable[str]) -> str:
    """Return what is shown to who points at a group; nothing where there is nothing to tell."""
    text = "; ".join(told)
    return f"<title>{escape(text)}</title>" if text else ""


def shorten(name: str, longest: int = _LONGEST_NAME) -> str:
    """Return a name that is not too long for its place."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def _attributes(looks: dict[str, str]) -> str:
    return " ".join(f"{name.rstrip('_')}={quoteattr(value)}" for name, value in looks.items())
