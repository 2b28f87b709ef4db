"""A line chart with logarithmic axes as SVG: a straight line at 45 degrees is cost in proportion to size."""

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, BOTTOM, MARGIN = 640, 400, 70, 50, 20
COLOURS = ("#1f5fa8", "#c2571a", "#3a7d44", "#7a3e9d")

Points = Sequence[tuple[float, float]]


def log_chart(series: Mapping[str, Points], *, across: str, up: str) -> str:
    """Return the chart.

    Args:
        series: Title → points, all above zero.
        across: What the horizontal axis counts.
        up: What the vertical axis counts.
    """
    points = [point for one in series.values() for point in one]
    to_x = _scale([x for x, _ in points], LEFT, WIDTH - MARGIN)
    to_y = _scale([y for _, y in points], HEIGHT - BOTTOM, MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        "<style>text { font: 13px sans-serif; }</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<path d="M{LEFT} {MARGIN}V{HEIGHT - BOTTOM}H{WIDTH - MARGIN}" fill="none" stroke="#444"/>',
        _text((LEFT + WIDTH) / 2, HEIGHT - 10, across),
        f'<g transform="translate(18 {HEIGHT / 2}) rotate(-90)">{_text(0, 0, up)}</g>',
    ]
    parts += [_text(to_x(x), HEIGHT - BOTTOM + 18, f"{x:g}") for x in sorted({x for x, _ in points})]
    for index, (title, one) in enumerate(series.items()):
        colour = COLOURS[index % len(COLOURS)]
        path = " ".join(f"{to_x(x):.1f},{to_y(y):.1f}" for x, y in one)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y in one:
            parts.append(f'<circle cx="{to_x(x):.1f}" cy="{to_y(y):.1f}" r="4" fill="{colour}"/>')
            parts.append(_text(to_x(x), to_y(y) - 8, f"{y:.3g}", colour))
        parts.append(_text(LEFT + 60, MARGIN + 16 * (index + 1), title, colour))
    return "\n".join([*parts, "</svg>\n"])


def _text(x: float, y: float, said: str, colour: str = "#222") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{colour}">{escape(said)}</text>'


class _scale:  # noqa: N801 - used as a function
    """Where a value lies between two borders, by its logarithm."""

    def __init__(self, values: Sequence[float], begin: float, end: float) -> None:
        self.low, high = math.log(min(values)) - 0.15, math.log(max(values)) + 0.15
        self.begin, self.rate = begin, (end - begin) / (high - self.low)

    def __call__(self, value: float) -> float:
        return self.begin + (math.log(value) - self.low) * self.rate
