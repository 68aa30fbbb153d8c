"""How numbers are written and read in the window: true minus, thousands separators, fixed precision."""

from __future__ import annotations

import math
import re
import unicodedata

MINUS = "\u2212"
NOTHING = "\u2013"  # stands where a number is not known yet

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")


def with_minus(text: str) -> str:
    """Replace hyphens by true minus signs."""
    return text.replace("-", MINUS)


def _special(value: float) -> str | None:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    return None


def fixed(value: float, digits: int = 2) -> str:
    """0.2094 → 0.21, with a true minus where it is negative."""
    return _special(value) or with_minus(f"{_without_negative_zero(value, digits):.{digits}f}")


def signed(value: float, digits: int = 2) -> str:
    """0.668 → +0.67: the sign is always written."""
    kept = _without_negative_zero(value, digits)
    return _special(value) or with_minus(f"{kept:+.{digits}f}" if kept else f"{0:.{digits}f}")


def _without_negative_zero(value: float, digits: int) -> float:
    """0.0 for what rounds to nothing, else the value: "−0.00" would claim a sign that cannot be seen."""
    return 0.0 if abs(value) < 0.5 * 10.0**-digits else value


def count(value: int) -> str:
    """1600 → 1,600."""
    return with_minus(f"{value:,}")


def loss(value: float | None) -> str:
    """Three decimals, scientific below 0.01: 0.147, 8.31e−3; a dash for None."""
    if value is None:
        return NOTHING
    special = _special(value)
    if special is not None:
        return special
    return with_minus(f"{value:.3f}" if value == 0 or abs(value) >= 0.01 else scientific(value))


def scientific(value: float) -> str:
    """Three figures and a short exponent: 8.31e-3."""
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def power_of_ten(value: float) -> str:
    """One figure and a power of ten: 7×10⁻⁹; plainly between 0.1 and 1000: 0.3, 1, 31."""
    special = _special(value)
    if special is not None or value == 0:
        return special or "0"
    if 0.095 <= abs(value) < 999.5:
        return with_minus(f"{value:.1g}" if abs(value) < 9.5 else f"{value:.0f}")
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"{with_minus(mantissa)}×10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def rate(value: float | None) -> str:
    """Events per second: 143, 12.4, 0.52; a dash for None."""
    if value is None or not math.isfinite(value):
        return NOTHING
    digits = 0 if value >= 20 else 1 if value >= 1 else 2
    return f"{value:,.{digits}f}"


def percent(share: float) -> str:
    """A share 0..1 with one decimal: 3.1 %."""
    return f"{share * 100:.1f} %"


def setting(value: float, grouped: bool = True) -> str:
    """A setting as its field shows it: 16, 1,600, 1.0, 0.004, −2.0, 5e−6."""
    if isinstance(value, int):
        return count(value) if grouped else with_minus(str(value))
    special = _special(value)
    if special is not None:
        return special
    plain = f"{value:.10g}" if value == 0 or abs(value) >= 1e-4 else _shortest(value)
    if "." not in plain and "e" not in plain:
        plain += ".0"
    return with_minus(plain)


def _shortest(value: float) -> str:
    mantissa, _, exponent = f"{value:.6e}".partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


def parse(text: str) -> float | int | None:
    """Read what a person types as a number; None when it is none.

    Takes a true minus, full-width digits, a decimal comma, thousands separators ("1,600") and spaces. A whole
    number gives an int; "nan" and "inf" give floats, for the caller to refuse with its own sentence.
    """
    plain = unicodedata.normalize("NFKC", text).replace(MINUS, "-").replace(" ", "").replace("_", "")
    plain = plain.replace("∞", "inf")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        return None


def step_log(value: float, up: bool) -> float:
    """Return the next value of …, 0.1, 0.2, 0.5, 1, 2, 5, … above or below a positive value."""
    exponent = math.floor(math.log10(value))
    # Decimal text, not powers of ten in binary: 5e-3 must come out as 0.005 and nothing longer.
    ladder = [float(f"{digit}e{exponent + shift}") for shift in (-1, 0, 1) for digit in (1, 2, 5)]
    slack = 1e-9 * value
    if up:
        return min(rung for rung in ladder if rung > value + slack)
    return max(rung for rung in ladder if rung < value - slack)
