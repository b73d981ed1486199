"""Numbers as a person reads them."""


def percent(value: float | None) -> str:
    """Share as ``"12.3%"``; zero is said as zero, and a little is not rounded down to it."""
    if value is None:
        return "–"
    if 0 < value < 0.001:
        return "< 0.1%"
    return f"{value * 100:.{0 if value in (0, 1) else 1}f}%"


def number(value: float | None, digits: int = 3) -> str:
    """Write a number with so many significant digits."""
    return "–" if value is None else f"{value:.{digits}g}"


def span(minutes: float) -> str:
    """Say a length of time: ``"24 h 5 min"``, ``"24 h"``, ``"30 min"``, ``"12 s"``."""
    seconds = round(minutes * 60)
    if seconds < 60:
        return f"{seconds} s"
    hours, rest = divmod(round(seconds / 60), 60)
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (rest, "min")) if n)
