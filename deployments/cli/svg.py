"""A chart of time as SVG: the page, words on it, and what has a place on the scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from deployments.cli.plan_scale import Scale
from phonefleet.clock import local_instant

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
            words(16, 28, title, "title"),
            words(16, 50, about, "faint"),
            *chart,
            "</svg>",
        ]
        return "\n".join(parts) + "\n"


@dataclass(frozen=True, slots=True)
class Plot:
    """The part of a picture in which times lie: from `left` to `right`, in pixels."""

    scale: Scale
    left: float
    right: float

    def x(self, place: float) -> float:
        """Return where a place on the scale lies."""
        return self.left + place * (self.right - self.left)

    def at(self, text: str) -> float:
        """Return where an instant lies."""
        return self.x(self.scale.place(local_instant(text)))

    def axis(self, most: int, top: float, bottom: float) -> Iterator[str]:
        """Yield lines at even times of the clock, with their labels above."""
        for place, label in self.scale.marks(most):
            x = self.x(place)
            yield f'<line x1="{x:.1f}" y1="{top + 5:.1f}" x2="{x:.1f}" y2="{bottom:.1f}"/>'
            yield words(x, top, label, "faint", anchor="middle")

    def bar(self, times: tuple[str, str], y: float, height: float, told: str, **looks: str) -> str:
        """Return a bar from one instant to another, with words for who points at it."""
        left, right = (self.at(each) for each in times)
        place = f'x="{left:.1f}" y="{y:.1f}" width="{max(1.0, right - left):.1f}" height="{height:g}"'
        return f'<rect {_attributes(looks)} {place} rx="3"><title>{escape(told)}</title></rect>'


def words(x: float, y: float, text: str, kind: str, anchor: str = "start") -> str:
    """Return a line of words."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def hint(told: Iterable[str]) -> str:
    """Return what is shown to who points at a group; nothing where there is nothing to tell."""
    text = "; ".join(told)
    return f"<title>{escape(text)}</title>" if text else ""


def short(name: str, longest: int = _LONGEST_NAME) -> str:
    """Return a name that is not too long for its place."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def _attributes(looks: dict[str, str]) -> str:
    return " ".join(f"{name.rstrip('_')}={quoteattr(value)}" for name, value in looks.items())
