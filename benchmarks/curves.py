"""Draws how costs grow with the size of an archive, as SVG."""

import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 60, 250, 20, 50
"""Margins; the names of the curves stand at the right."""

COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#6a51a3")
"""Colors that color-blind readers can tell apart, on light and dark backgrounds."""

LEAST_GAP = 18
"""Pixels between two names."""

STYLE = """
svg { font: 13px system-ui, sans-serif; color: #222; background: #fff }
@media (prefers-color-scheme: dark) { svg { color: #ddd; background: #161616 } }
.line { fill: none; stroke-width: 2 }
.grid { stroke: currentColor; stroke-opacity: .2 }
.limit { stroke: currentColor; stroke-dasharray: 5 4 }
text { fill: currentColor }
"""


@dataclass(frozen=True, slots=True)
class Curve:
    """The cost of one stage per page, by the size of the archive."""

    name: str
    points: tuple[tuple[int, float], ...]

    @property
    def growth(self) -> float:
        """The last cost beside the first."""
        return self.points[-1][1] / self.points[0][1]

    def relative(self) -> list[tuple[int, float]]:
        """The costs beside the first."""
        first = self.points[0][1]
        return [(size, cost / first) for size, cost in self.points]


def drawn(curves: list[Curve], limit: float) -> str:
    """The curves over the logarithm of the size, each beside its own beginning."""
    plane = _Plane.around(curves, limit)
    parts = [*_grid(plane, limit), *_lines(plane, curves), *_names(plane, curves)]
    words = "Cost a page beside that with the fewest articles"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-label="{words}">\n<style>{STYLE}</style>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


@dataclass(frozen=True, slots=True)
class _Plane:
    """Where sizes and costs lie in the drawing."""

    sizes: tuple[int, ...]
    top: float

    @classmethod
    def around(cls, curves: list[Curve], limit: float) -> "_Plane":
        sizes = tuple(size for size, _ in curves[0].points)
        highest = max(cost for curve in curves for _, cost in curve.relative())
        return cls(sizes, math.ceil(max(highest, limit) * 4 + 1) / 4)

    def x(self, size: int) -> float:
        first, last = math.log(self.sizes[0]), math.log(self.sizes[-1])
        share = (math.log(size) - first) / (last - first) if last > first else 0.0
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, cost: float) -> float:
        return HEIGHT - BOTTOM - cost / self.top * (HEIGHT - TOP - BOTTOM)


def _grid(plane: _Plane, limit: float) -> list[str]:
    right = WIDTH - RIGHT
    parts = []
    for quarter in range(int(plane.top * 2) + 1):
        y = plane.y(quarter / 2)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{quarter / 2:g}</text>'
        )
    for size in plane.sizes:
        x = plane.x(size)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 28}" text-anchor="middle">{size:,}</text>')
    middle = (LEFT + right) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">articles in the archive</text>'
    )
    y = plane.y(limit)
    parts.append(f'<line class="limit" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
    parts.append(_text(LEFT + 6, y - 6, f"limit {limit:g}"))
    return parts


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _lines(plane: _Plane, curves: list[Curve]) -> list[str]:
    parts = []
    for curve, color in zip(curves, COLORS, strict=False):
        places = " ".join(f"{plane.x(s):.1f},{plane.y(c):.1f}" for s, c in curve.relative())
        parts.append(f'<polyline class="line" stroke="{color}" points="{places}"/>')
    return parts


def _names(plane: _Plane, curves: list[Curve]) -> list[str]:
    """At the ends of the curves, from above, no closer than can be read."""
    ends = sorted(zip(curves, COLORS, strict=False), key=lambda pair: -pair[0].growth)
    parts, least = [], 0.0
    for curve, color in ends:
        y = max(plane.y(curve.growth) + 4, least)
        least = y + LEAST_GAP
        words = _text(WIDTH - RIGHT + 8, y, f"{curve.name}: {curve.growth:.2f}")
        parts.append(words.replace("<text ", f'<text style="fill:{color}" '))
    return parts
