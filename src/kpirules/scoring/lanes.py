"""A program's steps in 64-bit whole numbers: the rows that the kernels doubt, a fraction of a microsecond each.

A value is a numerator over a positive denominator; denominator 0 is missing, -1 is "does not fit", which
sticks. A row with a result that does not fit is left to `exact`. Only this module and `kernels` import numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, njit  # type: ignore[attr-defined]

from kpirules.matrix import MISSING
from kpirules.scoring.kernels import byte_pointer, float_pointer, int_pointer, long_pointer

_EXACT: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
_LIMIT = 4.0e18
_BIG = np.int64(2**31)
_MISSING = np.int64(MISSING)
_TENS = np.array([10**d for d in range(19)], np.int64)
_FLOAT_TENS = _TENS.astype(np.float64)


@njit(**_EXACT)
def _gcd(a, b):  # type: ignore[no-untyped-def]
    a = abs(a)
    b = abs(b)
    while b:
        a, b = b, a % b
    return a


@njit(**_EXACT)
def _reduced(n, d):  # type: ignore[no-untyped-def]
    """Lowest terms, where the numbers have grown."""
    if d > 1 and (abs(n) > _BIG or d > _BIG):
        g = _gcd(n, d)
        return n // g, d // g
    return n, d


@njit(**_EXACT)
def _fits(a, b):  # type: ignore[no-untyped-def]
    return abs(np.float64(a) * np.float64(b)) < _LIMIT


@njit(**_EXACT)
def _times(an, ad, bn, bd):  # type: ignore[no-untyped-def]
    if not (_fits(an, bn) and _fits(ad, bd)):
        g = _gcd(an, bd)
        h = _gcd(bn, ad)
        if g == 0 or h == 0:
            return np.int64(0), np.int64(1)
        an, bd = an // g, bd // g
        bn, ad = bn // h, ad // h
        if not (_fits(an, bn) and _fits(ad, bd)):
            return np.int64(0), np.int64(-1)
    return _reduced(an * bn, ad * bd)


@njit(**_EXACT)
def _plus(an, ad, bn, bd):  # type: ignore[no-untyped-def]
    if ad == bd:
        if abs(np.float64(an)) + abs(np.float64(bn)) > _LIMIT:
            return np.int64(0), np.int64(-1)
        return an + bn, ad
    if bd == 1:
        g = np.int64(1)
    elif ad % bd == 0:
        g = bd
    else:
        g = _gcd(ad, bd)
    p = bd // g
    q = ad // g
    if not (_fits(an, p) and _fits(bn, q) and _fits(ad, p)):
        return np.int64(0), np.int64(-1)
    if abs(np.float64(an) * np.float64(p)) + abs(np.float64(bn) * np.float64(q)) > _LIMIT:
        return np.int64(0), np.int64(-1)
    return _reduced(an * p + bn * q, ad * p)


@njit(**_EXACT)
def _order(an, ad, bn, bd):  # type: ignore[no-untyped-def]
    """-1, 0 or 1 as a is below, equal to or above b; 2 where that does not fit."""
    if ad == bd:
        return np.int64(0) if an == bn else (np.int64(1) if an > bn else np.int64(-1))
    if not (_fits(an, bd) and _fits(bn, ad)):
        return np.int64(2)
    p = an * bd
    q = bn * ad
    return np.int64(0) if p == q else (np.int64(1) if p > q else np.int64(-1))


@njit(**_EXACT)
def _decimal(x):  # type: ignore[no-untyped-def]
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


@njit(**_EXACT)
def _steps_of(n, d, sn, sd, mode):  # type: ignore[no-untyped-def]
    """n/d as whole multiples of sn/sd; mode 0 half up, 1 half even, 2 down, 3 up. Second: 1 if it fits."""
    if not (
        _fits(n, sd)
        and _fits(d, sn)
        and _fits(2 * sd, n)
        and abs(np.float64(d) * np.float64(sn)) < _LIMIT / 4
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


@njit(**_EXACT)
def _read(kind, address, row, k, at):  # type: ignore[no-untyped-def]
    if kind == 0:
        return _decimal(carray(float_pointer(address), (row + 1,))[row])
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
    return _times(steps, np.int64(1), k[at], k[at + 1])


@njit(**_EXACT)
def _table(n, d, k, at):  # type: ignore[no-untyped-def]
    count = k[at]
    for j in range(count):
        o = _order(n, d, k[at + 3 + 2 * j], k[at + 4 + 2 * j])
        if o == 2:
            return np.int64(0), np.int64(-1)
        if o == 0:
            return k[at + 3 + 2 * (count + j)], k[at + 4 + 2 * (count + j)]
    return k[at + 1], k[at + 2]


@njit(**_EXACT)
def _whole_steps(n, d, k, at):  # type: ignore[no-untyped-def]
    """k: origin, sign, step, most."""
    un, ud = _plus(n, d, -k[at], k[at + 1])
    if ud < 0:
        return un, ud
    un *= k[at + 2]
    if un <= 0:
        return np.int64(0), np.int64(1)
    un, ud = _times(un, ud, k[at + 4], k[at + 3])
    if ud < 0:
        return un, ud
    return min(k[at + 5], un // ud), np.int64(1)


@njit(**_EXACT)
def _points(n, d, k, at):  # type: ignore[no-untyped-def]
    """k: pieces, weight, instead; then per piece: end, closed, slope, intercept."""
    if d == 0:
        n, d = k[at + 3], k[at + 4]
        if d == 0:
            return n, d
    else:
        for j in range(k[at]):
            p = at + 5 + 7 * j
            o = np.int64(-1) if k[p + 1] == 0 else _order(n, d, k[p], k[p + 1])
            if o == 2:
                return np.int64(0), np.int64(-1)
            if o < 0 or (o == 0 and k[p + 2] == 1):
                if k[p + 3] == 0:
                    n, d = k[p + 5], k[p + 6]
                else:
                    n, d = _times(n, d, k[p + 3], k[p + 4])
                    if d > 0:
                        n, d = _plus(n, d, k[p + 5], k[p + 6])
                break
        if d < 0:
            return n, d
    if n < 0:
        return np.int64(0), np.int64(1)
    o = _order(n, d, k[at + 1], k[at + 2])
    if o == 2:
        return np.int64(0), np.int64(-1)
    if o > 0:
        return k[at + 1], k[at + 2]
    return n, d


@njit(**_EXACT)
def _total(first, count, args, num, den, k, at):  # type: ignore[no-untyped-def]
    sn, sd, wn, wd = np.int64(0), np.int64(1), np.int64(0), np.int64(1)
    for j in range(count):
        slot = args[first + j]
        if den[slot] < 0:
            return np.int64(0), np.int64(-1)
        if den[slot] > 0:
            sn, sd = _plus(sn, sd, num[slot], den[slot])
            wn, wd = _plus(wn, wd, k[at + 2 * j], k[at + 1 + 2 * j])
            if sd < 0 or wd < 0:
                return np.int64(0), np.int64(-1)
    if wn == 0:
        return np.int64(0), np.int64(0)
    sn, sd = _times(sn, sd, wd, wn)
    if sd < 0:
        return sn, sd
    return _times(sn, sd, np.int64(100), np.int64(1))


@njit(**_EXACT)
def _grade(n, d, k, at):  # type: ignore[no-untyped-def]
    for j in range(k[at]):
        if k[at + 2 + 2 * j] == 0:
            return np.int64(j), np.int64(1)
        o = _order(n, d, k[at + 1 + 2 * j], k[at + 2 + 2 * j])
        if o == 2:
            return np.int64(0), np.int64(-1)
        if o >= 0:
            return np.int64(j), np.int64(1)
    return np.int64(0), np.int64(0)


@njit(**_EXACT)
def _binary(op, an, ad, bn, bd):  # type: ignore[no-untyped-def]
    """Steps with two known arguments."""
    if op == 3:
        return _plus(an, ad, bn, bd)
    if op == 4:
        return _plus(an, ad, -bn, bd)
    if op == 5:
        return _times(an, ad, bn, bd)
    if op == 6:
        if bn == 0:
            return np.int64(0), np.int64(0)
        if bn < 0:
            return _times(-an, ad, bd, -bn)
        return _times(an, ad, bd, bn)
    o = _order(an, ad, bn, bd)
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


@njit(**_EXACT)
def _unary(op, n, d, k, at):  # type: ignore[no-untyped-def]
    """Steps with one known argument."""
    if op == 2:
        return -n, d
    if op == 12:
        return 1 - n, d
    if op == 17:
        return abs(n), d
    if op == 20:
        steps, good = _steps_of(n, d, k[at], k[at + 1], k[at + 2])
        if good == 0:
            return np.int64(0), np.int64(-1)
        return _times(steps, np.int64(1), k[at], k[at + 1])
    if op == 22:
        return _table(n, d, k, at)
    if op == 23:
        return _whole_steps(n, d, k, at)
    return _grade(n, d, k, at)


@njit(**_EXACT)
def _step(op, first, count, args, num, den, k, at):  # type: ignore[no-untyped-def]
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
        steps, good = _steps_of(an, ad, bn, bd, k[at])
        if good == 0:
            return np.int64(0), np.int64(-1)
        return _times(steps, np.int64(1), bn, bd)
    return _binary(op, an, ad, bn, bd)


@njit(
    "int64(int64[:,::1], int64[::1], int64[::1], int64[:,::1], int64[::1], int64[:,::1], int64[::1],"
    " int64[::1], int64[::1], int64[::1], int64[::1])",
    **_EXACT,
)
def run_lanes(code, args, k, inputs, sources, outputs, results, rows, num, den, left):  # type: ignore[no-untyped-def]
    """Work out `rows` and write their results; the rows that do not fit go to `left`. Returns how many.

    code: per step its operation, first argument, number of arguments, place of its constants. inputs: per
    source its kind and place of constants. outputs: per result its slot, kind, and step. sources, results:
    addresses. num, den: room for a value per step.
    """
    kept = 0
    for r in range(len(rows)):
        row = rows[r]
        for s in range(len(code)):
            op = code[s, 0]
            if op == 0:
                number = code[s, 3]
                num[s], den[s] = _read(inputs[number, 0], sources[number], row, k, inputs[number, 1])
            else:
                num[s], den[s] = _step(op, code[s, 1], code[s, 2], args, num, den, k, code[s, 3])
        fits = True
        for o in range(len(outputs)):
            n, d = num[outputs[o, 0]], den[outputs[o, 0]]
            if d < 0:
                fits = False
            elif outputs[o, 1] <= 1 and d > 0:
                # whole steps: the value is a multiple of the step, or the row is left
                n, d = _times(n, d, outputs[o, 3], outputs[o, 2])
                if d < 0 or n % d != 0:
                    fits = False
                else:
                    carray(long_pointer(results[o]), (row + 1,))[row] = n // d
            elif outputs[o, 1] <= 1:
                carray(long_pointer(results[o]), (row + 1,))[row] = _MISSING
            else:
                carray(byte_pointer(results[o]), (row + 1,))[row] = np.int8(n) if d > 0 else np.int8(-1)
        if not fits:
            left[kept] = row
            kept += 1
    return kept
