"""The rows that the kernels doubt, a few microseconds each: a program's steps in exact machine arithmetic.

A value is a fraction of 64-bit whole numbers as long as it fits. What does not (decimals of 16 or 17 digits,
products of many denominators) is carried on as a pair of floats, high and low, about 30 digits, with a bound
on its error: a decision is made where the bound allows it. A row with a result that stays undecided is left
to `exact`. Operations go by the numbers of `program.Op`.

One long module on purpose: the compiler's cache notices a change of the file it compiled from and of no
other. Only this module and `kernels` import numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, njit  # type: ignore[attr-defined]

from kpirules.matrix import MISSING
from kpirules.scoring.kernels import byte_pointer, float_pointer, int_pointer, long_pointer

EXACT: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
_LIMIT = 4.0e18
_MISSING = np.int64(MISSING)
# What the pairs' rounding may lose, relative to the size of what was rounded: generously above 2**-104.
_LOSS = 2.0**-98
_TINIEST = 1e-280
_LARGEST = 1e280
_LOST = np.inf
_SPLIT = 134217729.0  # 2**27 + 1
_BIG = np.int64(2**31)
_TENS = np.array([10**d for d in range(19)], np.int64)
_FLOAT_TENS = _TENS.astype(np.float64)
_POWERS = np.array([float(10**d) for d in range(23)])  # exact up to 10**22


# Fractions: a denominator of 0 is missing, of -1 does not fit


@njit(**EXACT)
def gcd(a, b):  # type: ignore[no-untyped-def]
    a = abs(a)
    b = abs(b)
    while b:
        a, b = b, a % b
    return a


@njit(**EXACT)
def reduced(n, d):  # type: ignore[no-untyped-def]
    """Lowest terms, where the numbers have grown."""
    if d > 1 and (abs(n) > _BIG or d > _BIG):
        g = gcd(n, d)
        return n // g, d // g
    return n, d


@njit(**EXACT)
def fits(a, b):  # type: ignore[no-untyped-def]
    return abs(np.float64(a) * np.float64(b)) < _LIMIT


@njit(**EXACT)
def times(an, ad, bn, bd):  # type: ignore[no-untyped-def]
    if not (fits(an, bn) and fits(ad, bd)):
        g = gcd(an, bd)
        h = gcd(bn, ad)
        if g == 0 or h == 0:
            return np.int64(0), np.int64(1)
        an, bd = an // g, bd // g
        bn, ad = bn // h, ad // h
        if not (fits(an, bn) and fits(ad, bd)):
            return np.int64(0), np.int64(-1)
    return reduced(an * bn, ad * bd)


@njit(**EXACT)
def plus(an, ad, bn, bd):  # type: ignore[no-untyped-def]
    if ad == bd:
        if abs(np.float64(an)) + abs(np.float64(bn)) > _LIMIT:
            return np.int64(0), np.int64(-1)
        return an + bn, ad
    if bd == 1:
        g = np.int64(1)
    elif ad % bd == 0:
        g = bd
    else:
        g = gcd(ad, bd)
    p = bd // g
    q = ad // g
    if not (fits(an, p) and fits(bn, q) and fits(ad, p)):
        return np.int64(0), np.int64(-1)
    if abs(np.float64(an) * np.float64(p)) + abs(np.float64(bn) * np.float64(q)) > _LIMIT:
        return np.int64(0), np.int64(-1)
    return reduced(an * p + bn * q, ad * p)


@njit(**EXACT)
def order(an, ad, bn, bd):  # type: ignore[no-untyped-def]
    """-1, 0 or 1 as a is below, equal to or above b; 2 where that does not fit."""
    if ad == bd:
        return np.int64(0) if an == bn else (np.int64(1) if an > bn else np.int64(-1))
    if not (fits(an, bd) and fits(bn, ad)):
        return np.int64(2)
    p = an * bd
    q = bn * ad
    return np.int64(0) if p == q else (np.int64(1) if p > q else np.int64(-1))


@njit(**EXACT)
def decimal(x):  # type: ignore[no-untyped-def]
    """The shortest decimal of a float of at most 15 digits; others do not fit."""
    if x != x:
        return np.int64(0), np.int64(0)
    for d in range(16):
        m = np.rint(x * _FLOAT_TENS[d])
        if abs(m) > 1e15:
            break
        if m / _FLOAT_TENS[d] == x:
            return np.int64(m), _TENS[d]
    return np.int64(0), np.int64(-1)


@njit(**EXACT)
def steps_of(n, d, sn, sd, mode):  # type: ignore[no-untyped-def]
    """n/d as whole multiples of sn/sd; mode 0 half up, 1 half even, 2 down, 3 up. Second: 1 if it fits."""
    if not (
        fits(n, sd) and fits(d, sn) and fits(2 * sd, n) and abs(np.float64(d) * np.float64(sn)) < _LIMIT / 4
    ):
        return np.int64(0), np.int64(0)
    above = abs(n) * sd
    below = d * sn
    whole = above // below
    rest = above - whole * below
    if mode == 0:
        up = 2 * rest >= below
    elif mode == 1:
        up = (2 * rest > below) or (2 * rest == below and whole % 2 == 1)
    elif mode == 2:
        up = False
    else:
        up = rest > 0
    if up:
        whole += 1
    return (-whole if n < 0 else whole), np.int64(1)


@njit(**EXACT)
def _table(n, d, k, at):  # type: ignore[no-untyped-def]
    count = k[at]
    for j in range(count):
        o = order(n, d, k[at + 3 + 2 * j], k[at + 4 + 2 * j])
        if o == 2:
            return np.int64(0), np.int64(-1)
        if o == 0:
            return k[at + 3 + 2 * (count + j)], k[at + 4 + 2 * (count + j)]
    return k[at + 1], k[at + 2]


@njit(**EXACT)
def _whole_steps(n, d, k, at):  # type: ignore[no-untyped-def]
    """k: origin, sign, step, most."""
    un, ud = plus(n, d, -k[at], k[at + 1])
    if ud < 0:
        return un, ud
    un *= k[at + 2]
    if un <= 0:
        return np.int64(0), np.int64(1)
    un, ud = times(un, ud, k[at + 4], k[at + 3])
    if ud < 0:
        return un, ud
    return min(k[at + 5], un // ud), np.int64(1)


@njit(**EXACT)
def _points(n, d, k, at):  # type: ignore[no-untyped-def]
    """k: pieces, weight, instead; then per piece: end, closed, slope, intercept."""
    if d == 0:
        n, d = k[at + 3], k[at + 4]
        if d == 0:
            return n, d
    else:
        for j in range(k[at]):
            p = at + 5 + 7 * j
            o = np.int64(-1) if k[p + 1] == 0 else order(n, d, k[p], k[p + 1])
            if o == 2:
                return np.int64(0), np.int64(-1)
            if o < 0 or (o == 0 and k[p + 2] == 1):
                if k[p + 3] == 0:
                    n, d = k[p + 5], k[p + 6]
                else:
                    n, d = times(n, d, k[p + 3], k[p + 4])
                    if d > 0:
                        n, d = plus(n, d, k[p + 5], k[p + 6])
                break
        if d < 0:
            return n, d
    if n < 0:
        return np.int64(0), np.int64(1)
    o = order(n, d, k[at + 1], k[at + 2])
    if o == 2:
        return np.int64(0), np.int64(-1)
    if o > 0:
        return k[at + 1], k[at + 2]
    return n, d


@njit(**EXACT)
def _total(first, count, args, num, den, k, at):  # type: ignore[no-untyped-def]
    sn, sd, wn, wd = np.int64(0), np.int64(1), np.int64(0), np.int64(1)
    for j in range(count):
        slot = args[first + j]
        if den[slot] < 0:
            return np.int64(0), np.int64(-1)
        if den[slot] > 0:
            sn, sd = plus(sn, sd, num[slot], den[slot])
            wn, wd = plus(wn, wd, k[at + 2 * j], k[at + 1 + 2 * j])
            if sd < 0 or wd < 0:
                return np.int64(0), np.int64(-1)
    if wn == 0:
        return np.int64(0), np.int64(0)
    sn, sd = times(sn, sd, wd, wn)
    if sd < 0:
        return sn, sd
    return times(sn, sd, np.int64(100), np.int64(1))


@njit(**EXACT)
def _grade(n, d, k, at):  # type: ignore[no-untyped-def]
    for j in range(k[at]):
        if k[at + 2 + 2 * j] == 0:
            return np.int64(j), np.int64(1)
        o = order(n, d, k[at + 1 + 2 * j], k[at + 2 + 2 * j])
        if o == 2:
            return np.int64(0), np.int64(-1)
        if o >= 0:
            return np.int64(j), np.int64(1)
    return np.int64(0), np.int64(0)


@njit(**EXACT)
def _binary(op, an, ad, bn, bd):  # type: ignore[no-untyped-def]
    """Steps with two known arguments."""
    if op == 3:
        return plus(an, ad, bn, bd)
    if op == 4:
        return plus(an, ad, -bn, bd)
    if op == 5:
        return times(an, ad, bn, bd)
    if op == 6:
        if bn == 0:
            return np.int64(0), np.int64(0)
        if bn < 0:
            return times(-an, ad, bd, -bn)
        return times(an, ad, bd, bn)
    o = order(an, ad, bn, bd)
    if o == 2:
        return np.int64(0), np.int64(-1)
    if op == 7:
        return np.int64(o <= 0), np.int64(1)
    if op == 8:
        return np.int64(o < 0), np.int64(1)
    if op == 9:
        return np.int64(o == 0), np.int64(1)
    if op == 15:
        return (an, ad) if o <= 0 else (bn, bd)
    return (an, ad) if o >= 0 else (bn, bd)


@njit(**EXACT)
def _unary(op, n, d, k, at):  # type: ignore[no-untyped-def]
    """Steps with one known argument."""
    if op == 2:
        return -n, d
    if op == 12:
        return 1 - n, d
    if op == 17:
        return abs(n), d
    if op == 20:
        steps, good = steps_of(n, d, k[at], k[at + 1], k[at + 2])
        if good == 0:
            return np.int64(0), np.int64(-1)
        return times(steps, np.int64(1), k[at], k[at + 1])
    if op == 22:
        return _table(n, d, k, at)
    if op == 23:
        return _whole_steps(n, d, k, at)
    return _grade(n, d, k, at)


@njit(**EXACT)
def whole_step(op, first, count, args, num, den, k, at):  # type: ignore[no-untyped-def]
    """One step on the values of its arguments. The numbers of the operations are those of `program.Op`."""
    missing = (np.int64(0), np.int64(0))
    if op == 1:
        return k[at], k[at + 1]
    if op == 25:
        return _total(first, count, args, num, den, k, at)
    a = args[first]
    an, ad = num[a], den[a]
    if ad < 0:
        return np.int64(0), np.int64(-1)
    if op == 13:
        return np.int64(ad > 0), np.int64(1)
    if count == 1:
        if ad == 0:
            return missing
        return _unary(op, an, ad, k, at)
    b = args[first + 1]
    bn, bd = num[b], den[b]
    if op == 14:
        if ad == 0:
            return missing
        chosen = b if an == 1 else args[first + 2]
        return num[chosen], den[chosen]
    if op == 18:
        return (an, ad) if ad > 0 else (bn, bd)
    if bd < 0:
        return np.int64(0), np.int64(-1)
    if op == 10 or op == 11:
        decisive = np.int64(op - 10)
        if (ad > 0 and an == decisive) or (bd > 0 and bn == decisive):
            return decisive, np.int64(1)
        return missing if ad == 0 or bd == 0 else (1 - decisive, np.int64(1))
    if op == 19:
        return (an, ad) if bd > 0 and bn == 1 else missing
    if op == 24:
        return _points(an, ad, k, at) if bd > 0 and bn == 1 else missing
    if ad == 0 or bd == 0:
        return missing
    if op == 21:
        if bn <= 0:
            return missing
        steps, good = steps_of(an, ad, bn, bd, k[at])
        if good == 0:
            return np.int64(0), np.int64(-1)
        return times(steps, np.int64(1), bn, bd)
    return _binary(op, an, ad, bn, bd)


# Pairs: value = high + low, known to within an error (infinite: nothing is known)


@njit(**EXACT)
def two_sum(a, b):  # type: ignore[no-untyped-def]
    """The rounded sum, and what rounding lost (Knuth)."""
    s = a + b
    c = s - a
    return s, (a - (s - c)) + (b - c)


@njit(**EXACT)
def two_product(a, b):  # type: ignore[no-untyped-def]
    """The rounded product, and what rounding lost (Dekker)."""
    p = a * b
    c = _SPLIT * a
    a1 = c - (c - a)
    a2 = a - a1
    c = _SPLIT * b
    b1 = c - (c - b)
    b2 = b - b1
    return p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2


@njit(**EXACT)
def pair(high, low, error):  # type: ignore[no-untyped-def]
    """A pair with its halves apart; nothing is known of values so large or small that halves lose digits."""
    h, w = two_sum(high, low)
    e = error + _TINIEST
    if not (abs(h) < _LARGEST and e < _LARGEST) or (h != 0.0 and abs(h) < 1e-200):
        e = _LOST
    return h, w, e


@njit(**EXACT)
def pair_plus(ah, al, ae, bh, bl, be):  # type: ignore[no-untyped-def]
    s, e = two_sum(ah, bh)
    t, f = two_sum(al, bl)
    s, e = two_sum(s, e + t)
    return pair(s, e + f, ae + be + _LOSS * (abs(ah) + abs(bh)))


@njit(**EXACT)
def pair_times(ah, al, ae, bh, bl, be):  # type: ignore[no-untyped-def]
    p, e = two_product(ah, bh)
    error = abs(ah) * be + abs(bh) * ae + ae * be
    return pair(p, e + (ah * bl + al * bh), 1.001 * error + _LOSS * abs(p))


@njit(**EXACT)
def pair_over(ah, al, ae, bh, bl, be):  # type: ignore[no-untyped-def]
    if not abs(bh) > 4.0 * be:
        return 0.0, 0.0, _LOST
    q = ah / bh
    ph, pl, _ = pair_times(q, 0.0, 0.0, bh, bl, 0.0)
    rh, rl, _ = pair_plus(ah, al, 0.0, -ph, -pl, 0.0)
    r = rh / bh
    ph, pl, _ = pair_times(r, 0.0, 0.0, bh, bl, 0.0)
    rh, rl, _ = pair_plus(rh, rl, 0.0, -ph, -pl, 0.0)
    h, w = two_sum(q, r)
    return pair(h, w + rh / bh, 1.5 * (ae + abs(q) * be) / abs(bh) + _LOSS * abs(q))


@njit(**EXACT)
def pair_of(n):  # type: ignore[no-untyped-def]
    """A whole number as a pair, exactly."""
    h = np.float64(n)
    return h, np.float64(n - np.int64(h))


@njit(**EXACT)
def as_pair(n, d, h, w, e):  # type: ignore[no-untyped-def]
    """The value as a pair, whichever way it is kept."""
    if d <= 0:
        return h, w, e
    nh, nl = pair_of(n)
    if d == 1:
        return nh, nl, 0.0
    dh, dl = pair_of(d)
    return pair_over(nh, nl, 0.0, dh, dl, 0.0)


@njit(**EXACT)
def pair_order(ah, al, ae, bh, bl, be):  # type: ignore[no-untyped-def]
    """-1 or 1 as a is below or above b; 2 where the errors do not tell."""
    h, _, e = pair_plus(ah, al, ae, -bh, -bl, be)
    return np.int64(-1) if h < -e else (np.int64(1) if h > e else np.int64(2))


@njit(**EXACT)
def pair_decimal(x):  # type: ignore[no-untyped-def]
    """The shortest decimal of a float that has 16 or 17 digits, as a pair."""
    size = abs(x)
    gap = np.nextafter(size, np.inf) - size
    if not (1e-5 < size < 1e15) or size - np.nextafter(size, 0.0) != gap:  # a power of two: uneven gaps
        return 0.0, 0.0, _LOST
    lead = np.int64(np.floor(np.log10(size)))
    for digits in range(15, 19):  # one early and one late: the logarithm may be off by one
        places = digits - 1 - lead
        if places < 0 or places > 22:
            break
        # both factors are exact: so is the product as a pair
        power = _POWERS[places]
        h, w = two_product(size, power)
        near = np.rint(h)
        rest = (h - near) + w
        step = np.rint(rest)
        off = abs(rest - step)
        m, less = two_sum(near, step)
        half = 0.5 * gap * power
        if abs(abs(rest - step) - 0.5) < 1e-9:
            break  # two decimals are about equally near: leave it
        if off < half * (1.0 - 1e-9):
            sign = 1.0 if x > 0.0 else -1.0
            return pair_over(sign * m, sign * less, 0.0, power, 0.0, 0.0)
        if off < half * (1.0 + 1e-9):
            break
    return 0.0, 0.0, _LOST


@njit(**EXACT)
def pair_steps(h, w, e, sn, sd, mode):  # type: ignore[no-untyped-def]
    """Whole multiples of sn/sd that the value is rounded to, and 1 if its error allows to say."""
    ah, al = pair_of(sd)
    bh, bl = pair_of(sn)
    th, tl, te = pair_times(h, w, e, ah, al, 0.0)
    th, tl, te = pair_over(th, tl, te, bh, bl, 0.0)
    if not te < 0.25 or not abs(th) < 1e15:
        return np.int64(0), np.int64(0)
    if th < 0.0:
        th, tl = -th, -tl
        sign = np.int64(-1)
    else:
        sign = np.int64(1)
    half = 0.5 if mode <= 1 else 0.0
    sh, sl = two_sum(th, half)
    sl += tl
    base = np.floor(sh)
    rest = (sh - base) + sl
    if rest < 0.0:
        base -= 1.0
        rest += 1.0
    elif rest >= 1.0:
        base += 1.0
        rest -= 1.0
    error = te + 1e-25 * (1.0 + th)
    if rest <= error or rest >= 1.0 - error:
        return np.int64(0), np.int64(0)
    return sign * (np.int64(base) + np.int64(mode == 3)), np.int64(1)


@njit(**EXACT)
def pair_points(xh, xl, xe, k, at):  # type: ignore[no-untyped-def]
    for j in range(k[at]):
        p = at + 5 + 7 * j
        o = np.int64(-1)
        if k[p + 1] != 0:
            eh, el, ee = as_pair(k[p], k[p + 1], 0.0, 0.0, 0.0)
            o = pair_order(xh, xl, xe, eh, el, ee)
        if o == 2:
            return 0.0, 0.0, _LOST
        if o < 0:
            sh, sl, se = as_pair(k[p + 3], k[p + 4], 0.0, 0.0, 0.0)
            bh, bl, be = as_pair(k[p + 5], k[p + 6], 0.0, 0.0, 0.0)
            xh, xl, xe = pair_times(xh, xl, xe, sh, sl, se)
            xh, xl, xe = pair_plus(xh, xl, xe, bh, bl, be)
            break
    wh, wl, we = as_pair(k[at + 1], k[at + 2], 0.0, 0.0, 0.0)
    # beyond the clamp by less than the error: the clamp is as good, within the same error
    if xh < 0.0:
        return 0.0, 0.0, xe
    if xh > wh or (xh == wh and xl > wl):
        return wh, wl, max(xe, we)
    return xh, xl, xe


@njit(**EXACT)
def pair_total(first, count, args, num, den, high, low, error, k, at):  # type: ignore[no-untyped-def]
    sh, sl, se = 0.0, 0.0, 0.0
    wh, wl, we = 0.0, 0.0, 0.0
    for j in range(count):
        s = args[first + j]
        if den[s] != 0:
            ph, pl, pe = as_pair(num[s], den[s], high[s], low[s], error[s])
            sh, sl, se = pair_plus(sh, sl, se, ph, pl, pe)
            ph, pl, pe = as_pair(k[at + 2 * j], k[at + 1 + 2 * j], 0.0, 0.0, 0.0)
            wh, wl, we = pair_plus(wh, wl, we, ph, pl, pe)
    sh, sl, se = pair_over(sh, sl, se, wh, wl, we)
    return pair_times(sh, sl, se, 100.0, 0.0, 0.0)


@njit(**EXACT)
def pair_decision(op, ah, al, ae, bh, bl, be):  # type: ignore[no-untyped-def]
    """A comparison of two pairs as a fraction, 0 or 1; the denominator -1 where it stays open."""
    o = pair_order(ah, al, ae, bh, bl, be)
    if o == 2:
        return np.int64(0), np.int64(-1)
    return np.int64(0) if op == 9 else np.int64(o < 0), np.int64(1)


@njit(**EXACT)
def pair_whole_steps(h, w, e, k, at):  # type: ignore[no-untyped-def]
    """As `_whole_steps`: a fraction, or open."""
    oh, ol, oe = as_pair(-k[at], k[at + 1], 0.0, 0.0, 0.0)
    h, w, e = pair_plus(h, w, e, oh, ol, oe)
    h, w = h * k[at + 2], w * k[at + 2]
    if h < -e:
        return np.int64(0), np.int64(1)
    n, good = pair_steps(h, w, e, k[at + 3], k[at + 4], 2)
    if good == 0 or h <= e:
        return np.int64(0), np.int64(-1)
    return min(k[at + 5], n), np.int64(1)


@njit(**EXACT)
def pair_table(h, w, e, k, at):  # type: ignore[no-untyped-def]
    """The entry of a value that equals no key: a fraction, or open."""
    for j in range(k[at]):
        kh, kl, ke = as_pair(k[at + 3 + 2 * j], k[at + 4 + 2 * j], 0.0, 0.0, 0.0)
        if pair_order(h, w, e, kh, kl, ke) == 2:
            return np.int64(0), np.int64(-1)
    return k[at + 1], k[at + 2]


@njit(**EXACT)
def pair_step(op, s, first, count, args, num, den, high, low, error, k, at):  # type: ignore[no-untyped-def]
    """A step that does not fit fractions: sets the slot's pair, or returns a fraction where a decision is made."""
    open_ = (np.int64(0), np.int64(-1))
    high[s], low[s], error[s] = 0.0, 0.0, _LOST
    if op == 25:
        high[s], low[s], error[s] = pair_total(first, count, args, num, den, high, low, error, k, at)
        return open_
    a = args[first]
    if op == 14:
        if den[a] > 0:
            b = args[first + 1] if num[a] == 1 else args[first + 2]
            high[s], low[s], error[s] = high[b], low[b], error[b]
        return open_
    if den[a] == 0:
        b = args[first + 1]
        if op == 10 or op == 11 or op == 24:  # the other argument decides, and it is a pair
            return open_
        if op == 18:
            high[s], low[s], error[s] = high[b], low[b], error[b]
            return open_
        return np.int64(0), np.int64(0)
    h, w, e = as_pair(num[a], den[a], high[a], low[a], error[a])
    if not e < _LOST:
        return open_
    if op == 2:
        high[s], low[s], error[s] = -h, -w, e
    elif op == 17:
        sign = -1.0 if h < 0.0 else 1.0
        high[s], low[s], error[s] = sign * h, sign * w, e
    elif op == 13:
        return np.int64(1), np.int64(1)
    elif op == 18:
        high[s], low[s], error[s] = h, w, e
    elif op == 20:
        n, good = pair_steps(h, w, e, k[at], k[at + 1], k[at + 2])
        if good == 1:
            return times(n, np.int64(1), k[at], k[at + 1])
    elif op == 22:
        return pair_table(h, w, e, k, at)
    elif op == 23:
        return pair_whole_steps(h, w, e, k, at)
    if count < 2:
        return open_
    b = args[first + 1]
    if den[b] == 0:
        # a shut gate, a number that is missing; but not of a fallback, and three-valued logic stays open
        return open_ if op == 18 or op == 10 or op == 11 else (np.int64(0), np.int64(0))
    if op == 19 or op == 24:
        if den[b] > 0 and num[b] != 1:
            return np.int64(0), np.int64(0)
        if den[b] < 0:
            return open_
        if op == 24:
            h, w, e = pair_points(h, w, e, k, at)
        high[s], low[s], error[s] = h, w, e
        return open_
    vh, vl, ve = as_pair(num[b], den[b], high[b], low[b], error[b])
    if not ve < _LOST:
        return open_
    if op == 3:
        high[s], low[s], error[s] = pair_plus(h, w, e, vh, vl, ve)
    elif op == 4:
        high[s], low[s], error[s] = pair_plus(h, w, e, -vh, -vl, ve)
    elif op == 5:
        high[s], low[s], error[s] = pair_times(h, w, e, vh, vl, ve)
    elif op == 6:
        high[s], low[s], error[s] = pair_over(h, w, e, vh, vl, ve)
    elif op == 7 or op == 8 or op == 9:
        return pair_decision(op, h, w, e, vh, vl, ve)
    elif op == 15 or op == 16:
        o = pair_order(h, w, e, vh, vl, ve)
        if o == 2:
            o, e, ve = np.int64(-1), e + ve, e + ve  # as near as that: either will do
            e += abs(h - vh) + abs(w - vl)
        first_one = (o < 0) == (op == 15)
        high[s], low[s], error[s] = (h, w, e) if first_one else (vh, vl, e + ve)
    return open_


# The machine


@njit(**EXACT)
def _read(kind, address, row, k, at):  # type: ignore[no-untyped-def]
    if kind == 0:
        return decimal(carray(float_pointer(address), (row + 1,))[row])
    if kind == 1:
        code = carray(int_pointer(address), (row + 1,))[row]
        if code < 0:
            return np.int64(0), np.int64(0)
        return k[at + code], np.int64(1)
    if kind == 2:
        truth = carray(byte_pointer(address), (row + 1,))[row]
        return np.int64(truth), np.int64(0) if truth < 0 else np.int64(1)
    steps = carray(long_pointer(address), (row + 1,))[row]
    if steps == _MISSING:
        return np.int64(0), np.int64(0)
    return times(steps, np.int64(1), k[at], k[at + 1])


@njit(
    "int64(int64[:,::1], int64[::1], int64[::1], int64[:,::1], int64[::1], int64[:,::1], int64[::1],"
    " int64[::1], int64[:,::1], float64[:,::1], int64[::1])",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def run_lanes(code, args, k, inputs, sources, outputs, results, rows, fractions, pairs, left):  # type: ignore[no-untyped-def]
    """Work out `rows` and write their results; the rows that stay undecided go to `left`. Returns how many.

    code: per step its operation, first argument, number of arguments, place of its constants. inputs: per
    source its kind and place of constants. outputs: per result its slot, kind, and step. sources, results:
    addresses. fractions: room for a numerator and a denominator per step; pairs: for high, low and error.
    """
    num, den = fractions[0], fractions[1]
    high, low, error = pairs[0], pairs[1], pairs[2]
    kept = 0
    for r in range(len(rows)):
        row = rows[r]
        for s in range(len(code)):
            op = code[s, 0]
            if op == 0:
                number = code[s, 3]
                address = sources[number]
                num[s], den[s] = _read(inputs[number, 0], address, row, k, inputs[number, 1])
                if den[s] < 0:
                    high[s], low[s], error[s] = 0.0, 0.0, _LOST
                    if inputs[number, 0] == 0:
                        x = carray(float_pointer(address), (row + 1,))[row]
                        high[s], low[s], error[s] = pair_decimal(x)
            else:
                first, count, at = code[s, 1], code[s, 2], code[s, 3]
                num[s], den[s] = whole_step(op, first, count, args, num, den, k, at)
                if den[s] < 0:
                    num[s], den[s] = pair_step(op, s, first, count, args, num, den, high, low, error, k, at)
        decided = True
        for o in range(len(outputs)):
            n, d = num[outputs[o, 0]], den[outputs[o, 0]]
            if d < 0:
                decided = False
            elif outputs[o, 1] <= 1 and d > 0:
                # whole steps: the value is a multiple of the step, or the row is left
                n, d = times(n, d, outputs[o, 3], outputs[o, 2])
                if d < 0 or n % d != 0:
                    decided = False
                else:
                    carray(long_pointer(results[o]), (row + 1,))[row] = n // d
            elif outputs[o, 1] <= 1:
                carray(long_pointer(results[o]), (row + 1,))[row] = _MISSING
            else:
                carray(byte_pointer(results[o]), (row + 1,))[row] = np.int8(n) if d > 0 else np.int8(-1)
        if not decided:
            left[kept] = row
            kept += 1
    return kept
