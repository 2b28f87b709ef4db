"""A line chart with logarithmic axes as SVG, with dashed lines for cost in proportion to size."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, BOTTOM, MARGIN = 640, 400, 70, 50, 20
COLOURS = ("#1f5fa8", "#c2571a", "#3a7d44", "#7a3e9d")
STEPS = (1, 2, 5)
"""Where the vertical axis is marked, in each power of ten."""
GUIDE = "in proportion"

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """Where values lie between two borders, by their logarithm.

    Attributes:
        low: The logarithm of the value at the beginning.
        begin: The beginning, in pixels.
        rate: Pixels for each unit of the logarithm.
    """

    low: float
    begin: float
    rate: float

    @classmethod
    def over(cls, values: Sequence[float], begin: float, end: float) -> "Axis":
        """Return the axis on which these values lie, with a little room at both ends."""
        low, high = math.log(min(values)) - 0.2, math.log(max(values)) + 0.3
        return cls(low, begin, (end - begin) / (high - low))

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.begin + (math.log(value) - self.low) * self.rate


def log_chart(series: Mapping[str, Points], *, across: str, up: str) -> str:
    """Return the chart.

    Args:
        series: Title → points, all above zero, by size.
        across: What the horizontal axis counts.
        up: What the vertical axis counts.
    """
    points = [point for one in series.values() for point in one]
    to_x = Axis.over([x for x, _ in points], LEFT, WIDTH - MARGIN)
    to_y = Axis.over([y for _, y in points], HEIGHT - BOTTOM, MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(up)} against {escape(across)}: {escape(', '.join(series))}</title>",
        "<style>text { font: 13px sans-serif; }</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *_grid(to_y, [y for _, y in points]),
        f'<path d="M{LEFT} {MARGIN}V{HEIGHT - BOTTOM}H{WIDTH - MARGIN}" fill="none" stroke="#444"/>',
        _text((LEFT + WIDTH) / 2, HEIGHT - 10, across),
        f'<g transform="translate(18 {HEIGHT / 2}) rotate(-90)">{_text(0, 0, up)}</g>',
    ]
    parts += [_text(to_x(x), HEIGHT - BOTTOM + 18, f"{x:,g}") for x in sorted({x for x, _ in points})]
    for index, (title, one) in enumerate(series.items()):
        parts += _series(one, to_x, to_y, COLOURS[index % len(COLOURS)])
        parts += _legend(index, title, COLOURS[index % len(COLOURS)])
    parts += _legend(len(series), GUIDE, "#888", dashed=True)
    return "\n".join([*parts, "</svg>\n"])


def _grid(to_y: Axis, values: Sequence[float]) -> Iterator[str]:
    """Yield the marks of the vertical axis."""
    first, last = (math.floor(math.log10(one)) for one in (min(values), max(values)))
    marks = (step * 10.0**power for power in range(first, last + 1) for step in STEPS)
    for mark in marks:
        height = to_y(mark)
        if MARGIN < height < HEIGHT - BOTTOM:
            yield f'<path d="M{LEFT} {height:.1f}H{WIDTH - MARGIN}" stroke="#e4e4e4"/>'
            yield _text(LEFT - 8, height + 4, f"{mark:g}", anchor="end")


def _series(points: Points, to_x: Callable[[float], float], to_y: Axis, colour: str) -> Iterator[str]:
    """Yield the line of one series, its values, and what would be in proportion to the largest."""
    (first, _), (last, most) = points[0], points[-1]
    begin = max(first, last * math.exp(to_y.low) / most)
    yield (
        f'<path d="M{to_x(begin):.1f} {to_y(most * begin / last):.1f}L{to_x(last):.1f} {to_y(most):.1f}" '
        f'stroke="{colour}" stroke-dasharray="3 4" opacity="0.6"/>'
    )
    path = " ".join(f"{to_x(x):.1f},{to_y(y):.1f}" for x, y in points)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in points:
        yield f'<circle cx="{to_x(x):.1f}" cy="{to_y(y):.1f}" r="4" fill="{colour}"/>'
        yield _text(to_x(x), to_y(y) - 9, f"{y:.3g}", colour)


def _legend(index: int, title: str, colour: str, *, dashed: bool = False) -> list[str]:
    height = MARGIN + 14 + 18 * index
    form = 'stroke-dasharray="3 4"' if dashed else 'stroke-width="2"'
    line = f'<path d="M{LEFT + 14} {height - 4}h22" stroke="{colour}" {form}/>'
    return [line, _text(LEFT + 42, height, title, colour, "start")]


def _text(x: float, y: float, said: str, colour: str = "#222", anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(said)}</text>'
