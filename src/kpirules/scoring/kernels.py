"""The block machine: precompiled loops over blocks of rows, one per instruction. Nothing is compiled per policy.

Every loop is without branches, so that it runs in vector registers; rare work (a row too near to a rounding
edge) is counted per short stretch and done by a second loop. Addresses come in as integers, so that one
compiled machine serves any array, read-only ones included. Only this module and `lanes` import numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import carray, njit, types  # type: ignore[attr-defined]
from numba.core import cgutils
from numba.extending import intrinsic

from kpirules.matrix import MISSING

# error_model: a division by zero gives infinity instead of raising, which the loops then select away.
# no wrappers: the loops are called by the machine alone, and only it is kept by the compiler's cache.
_FAST: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
#: Rows in a block: the scratch of a block stays in the near caches. Compiled in, as all constants here:
#: the compiler's cache knows when this file changes, not when another does.
BLOCK = 2048
_STRETCH = 256
_MISSING = np.int64(MISSING)
_MAGIC = 6755399441055744.0  # 1.5 * 2**52: adding it leaves a whole number in the low bits
_MAGIC_BITS = np.int64(np.float64(_MAGIC).view(np.int64))
_HUGE = 2.0**50
_NAN = np.nan


_intrinsic: Any = intrinsic  # its own types know nothing of calls from compiled code


def _pointer(item: Any) -> Any:
    """Makes the function that turns an address into a pointer to such items."""

    @_intrinsic
    def pointer(context: Any, address: Any) -> Any:
        signature = types.CPointer(item)(types.int64)  # type: ignore[no-untyped-call]

        def emit(target: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.inttoptr(args[0], target.get_value_type(signature.return_type))

        return signature, emit

    return pointer


float_pointer, long_pointer = _pointer(types.float64), _pointer(types.int64)
int_pointer, byte_pointer = _pointer(types.int32), _pointer(types.int8)


@_intrinsic
def _bits(context: Any, value: Any) -> Any:
    """The bits of a float64 as an int64."""

    def emit(target: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], target.get_value_type(types.int64))

    return types.int64(types.float64), emit


@_intrinsic
def _store_past_caches(context: Any, target: Any, source: Any) -> Any:
    """Copy four int64 from one address to another (a multiple of 32), without bringing the target into the caches.

    An ordinary store first reads the memory it is about to overwrite: a third of all traffic.
    """

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        four = ir.VectorType(ir.IntType(64), 4).as_pointer()
        value = builder.load(builder.inttoptr(args[1], four))
        value.align = 8
        store = builder.store(value, builder.inttoptr(args[0], four))
        store.align = 32
        store.set_metadata("nontemporal", builder.module.add_metadata([ir.Constant(ir.IntType(32), 1)]))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), emit


@_intrinsic
def _prefetch(context: Any, address: Any) -> Any:
    """Ask for a cache line that will be read soon; of any address, it never faults."""

    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        bytes_, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        wanted = ir.FunctionType(ir.VoidType(), [bytes_, word, word, word])
        prefetch = cgutils.get_or_insert_function(builder.module, wanted, "llvm.prefetch.p0")  # type: ignore[no-untyped-call]
        builder.call(prefetch, [builder.inttoptr(args[0], bytes_), word(0), word(2), word(1)])
        return context.get_dummy_value()

    return types.void(types.int64), emit


@njit(**_FAST)
def _fetch(address, n):  # type: ignore[no-untyped-def]
    """Ask for n numbers of the next block while this one is worked on: reading and computing overlap then."""
    for line in range(0, n * 8, 64):
        _prefetch(address + line)


@njit(**_FAST)
def _whole(t):  # type: ignore[no-untyped-def]
    """A whole float64 below 2**51 as int64, without a conversion that older vector units lack."""
    return _bits(t + _MAGIC) - _MAGIC_BITS


# Reading sources


@njit(**_FAST)
def _texts(d, a, k, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        code = a[i]
        d[i] = k[code] if code >= 0 else _NAN


@njit(**_FAST)
def _truths(d, a, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        t = a[i]
        d[i] = _NAN if t < 0 else np.float64(t)


@njit(**_FAST)
def _wholes(d, a, num, den, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        t = a[i]
        v = np.float64(t) * num / den
        d[i] = _NAN if t == _MISSING else v


# Arithmetic


@njit(**_FAST)
def _negate(d, a, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        d[i] = -a[i]


@njit(**_FAST)
def _add(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        d[i] = a[i] + b[i]


@njit(**_FAST)
def _subtract(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        d[i] = a[i] - b[i]


@njit(**_FAST)
def _multiply(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        d[i] = a[i] * b[i]


@njit(**_FAST)
def _divide(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        below = b[i]
        v = a[i] / below
        d[i] = _NAN if below == 0.0 else v


@njit(**_FAST)
def _ratio(d, a, b, scale, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        below = np.rint(b[i] * scale)
        v = np.rint(a[i] * scale) / below
        d[i] = _NAN if below == 0.0 else v


@njit(**_FAST)
def _absolute(d, a, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        d[i] = abs(a[i])


@njit(**_FAST)
def _least(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        v = b[i]
        w = u if u < v else v
        d[i] = u if u != u else w


@njit(**_FAST)
def _greatest(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        v = b[i]
        w = u if u > v else v
        d[i] = u if u != u else w


@njit(**_FAST)
def _snap(d, a, scale, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        d[i] = np.rint(a[i] * scale) / scale


# Truth


@njit(**_FAST)
def _at_most(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        v = b[i]
        t = 1.0 if u <= v else 0.0
        d[i] = _NAN if (u != u) | (v != v) else t


@njit(**_FAST)
def _below(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        v = b[i]
        t = 1.0 if u < v else 0.0
        d[i] = _NAN if (u != u) | (v != v) else t


@njit(**_FAST)
def _equal(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        v = b[i]
        t = 1.0 if u == v else 0.0
        d[i] = _NAN if (u != u) | (v != v) else t


@njit(**_FAST)
def _and(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        v = b[i]
        d[i] = 0.0 if (u == 0.0) | (v == 0.0) else u * v


@njit(**_FAST)
def _or(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        v = b[i]
        d[i] = 1.0 if (u == 1.0) | (v == 1.0) else u + v


@njit(**_FAST)
def _not(d, a, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        d[i] = 1.0 - a[i]


@njit(**_FAST)
def _present(d, a, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        d[i] = 1.0 if u == u else 0.0


@njit(**_FAST)
def _select(d, a, b, c, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        t = a[i]
        u = b[i]
        v = c[i]
        w = u if t == 1.0 else v
        d[i] = w if t == t else _NAN


@njit(**_FAST)
def _fallback(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        v = b[i]
        d[i] = u if u == u else v


@njit(**_FAST)
def _gate(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        d[i] = u if b[i] == 1.0 else _NAN


# Doubt: rows that are left to exact arithmetic


@njit(**_FAST)
def _guard(a, low, high, scale, flags, n):  # type: ignore[no-untyped-def]
    out = 0
    if scale == 1.0:
        for i in range(n):
            u = a[i]
            good = (u >= low) & (u <= high) & (np.rint(u) == u)
            out += 0 if good | (u != u) else 1
    elif scale == 0.0:
        for i in range(n):
            u = a[i]
            out += 0 if ((u >= low) & (u <= high)) | (u != u) else 1
    else:
        for i in range(n):
            u = a[i]
            good = (u >= low) & (u <= high) & (np.rint(u * scale) / scale == u)
            out += 0 if good | (u != u) else 1
    if out > 0:
        for i in range(n):
            u = a[i]
            good = (u >= low) and (u <= high) and (scale == 0.0 or np.rint(u * scale) / scale == u)
            if not good and u == u:
                flags[i] = 1
    return out


@njit(**_FAST)
def _near(a, b, error, relative, flags, n):  # type: ignore[no-untyped-def]
    out = 0
    for i in range(n):
        v = b[i]
        out += 1 if abs(a[i] - v) <= error + relative * abs(v) else 0
    if out > 0:
        for i in range(n):
            if abs(a[i] - b[i]) <= error + relative * abs(b[i]):
                flags[i] = 1
    return out


@njit(**_FAST)
def _doubt(flags, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        flags[i] = 1
    return n


# Scoring forms


@njit(**_FAST)
def _table(d, a, k, n):  # type: ignore[no-untyped-def]
    count = np.int64(k[0])
    other = k[1]
    for i in range(n):
        u = a[i]
        d[i] = other if u == u else _NAN
    for j in range(count - 1, -1, -1):
        key = k[2 + j]
        value = k[2 + count + j]
        for i in range(n):
            w = d[i]
            d[i] = value if a[i] == key else w


@njit(**_FAST)
def _steps(d, a, k, flags, n):  # type: ignore[no-untyped-def]
    """Steps beyond an origin: the nearest whole number, then one exact comparison with where it begins.

    k: scale, shift (the count is about scale * x + shift), most, and the edge of step r as
    (origin + r * step) / over; sure: 1 where x equal to a rounded edge is the edge.
    """
    scale, shift, most, origin, step, over, sign, sure = k[0], k[1], k[2], k[3], k[4], k[5], k[6], k[7]
    out = 0
    for i in range(n):
        x = a[i]
        r = np.rint(scale * x + shift)
        r = 0.0 if r < 0.0 else r
        r = most if r > most else r
        edge = (origin + r * step) / over
        t = r - 1.0 if (edge - x) * sign > 0.0 else r
        t = 0.0 if t < 0.0 else t
        d[i] = t if x == x else _NAN
        out += 1 if (x == edge) & (sure == 0.0) else 0
    if out > 0:
        for i in range(n):
            x = a[i]
            r = min(max(np.rint(scale * x + shift), 0.0), most)
            if x == (origin + r * step) / over:
                flags[i] = 1
    return out


@njit(**_FAST)
def _on_curve(v, edges, slopes, intercepts):  # type: ignore[no-untyped-def]
    """The value at v of the first piece whose edge is not below v; the first edge is none, to keep three alike.

    Loops over tuples are unrolled; the compiler makes one version for each number of pieces.
    """
    last = len(slopes) - 1
    a = slopes[last]
    b = intercepts[last]
    for j in range(last):
        a = slopes[last - 1 - j] if v <= edges[last - j] else a
        b = intercepts[last - 1 - j] if v <= edges[last - j] else b
    return a * v + b


@njit(**_FAST)
def _score(out, a, z, sums, weights, k, edges, slopes, intercepts, flags, n, column):  # type: ignore[no-untyped-def]
    """Points of one indicator: by the curve, clamped, `z` where missing; published, and added to the sums."""
    doubts = 0
    for lo in range(0, n, _STRETCH):
        hi = min(n, lo + _STRETCH)
        _fetch(column + lo * 8, hi - lo)
        # slices: a loop that counts from 0 is vectorised, one that counts from `lo` is not
        near = _score_stretch(
            out[lo:hi], a[lo:hi], z[lo:hi], sums[lo:hi], weights[lo:hi], k, edges, slopes, intercepts, hi - lo
        )
        if near > 0:
            doubts += _at_edge(
                out[lo:hi], a[lo:hi], z[lo:hi], k, edges, slopes, intercepts, flags[lo:hi], hi - lo
            )
    return doubts


@njit(**_FAST)
def _score_stretch(out, a, z, sums, weights, k, edges, slopes, intercepts, n):  # type: ignore[no-untyped-def]
    """How many points of this stretch are too near to a rounding edge to tell on which side they are."""
    weight, scale, shift, far = k[0], k[1], k[2], 0.5 - k[3]
    near = 0
    for i in range(n):
        s = _on_curve(a[i], edges, slopes, intercepts)
        s = 0.0 if s < 0.0 else s
        s = weight if s > weight else s
        instead = z[i]
        s = s if s == s else instead
        y = s * scale + shift
        t = np.floor(y)
        near += 1 if abs((y - t) - 0.5) >= far else 0
        steps = _whole(t)
        out[i] = steps if y == y else _MISSING
        sums[i] += s if s == s else 0.0
        weights[i] += weight if s == s else 0.0
    return near


@njit(**_FAST)
def _at_edge(out, a, z, k, edges, slopes, intercepts, flags, n):  # type: ignore[no-untyped-def]
    """Points too near to a rounding edge to tell: they are on it if x is known to have few decimals."""
    weight, scale, shift, far, decimals = k[0], k[1], k[2], 0.5 - k[3], k[4]
    doubts = 0
    for i in range(n):
        x = a[i]
        s = _on_curve(x, edges, slopes, intercepts)
        s = 0.0 if s < 0.0 else s
        s = weight if s > weight else s
        instead = z[i]
        s = s if s == s else instead
        y = s * scale + shift
        t = np.floor(y)
        near = abs((y - t) - 0.5) >= far
        short = (np.rint(x * decimals) / decimals == x) | (x != x)
        doubts += 1 if near & (not short) else 0
        steps = _whole(np.rint(y) if near & short else t)
        out[i] = steps if y == y else _MISSING
    if doubts > 0:
        for i in range(n):
            x = a[i]
            s = min(max(_on_curve(x, edges, slopes, intercepts), 0.0), weight)
            y = s * scale + shift
            if abs((y - np.floor(y)) - 0.5) >= far and np.rint(x * decimals) / decimals != x:
                flags[i] = 1
    return doubts


@njit(**_FAST)
def _curve(d, a, edges, slopes, intercepts, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        d[i] = _on_curve(a[i], edges, slopes, intercepts)


# Publishing


@njit(**_FAST)
def _publish(out, a, k, registers, flags, n):  # type: ignore[no-untyped-def]
    """Round to whole steps. Near an edge: on it where that is sure (after the checks, if any), else in doubt."""
    doubts = 0
    for lo in range(0, n, _STRETCH):
        hi = min(n, lo + _STRETCH)
        if _publish_stretch(out[lo:hi], a[lo:hi], k, hi - lo) > 0:
            doubts += _at_step(out[lo:hi], a[lo:hi], k, registers, flags[lo:hi], lo, hi - lo)
    return doubts


@njit(**_FAST)
def _publish_stretch(out, a, k, n):  # type: ignore[no-untyped-def]
    scale, shift, error, relative, up = k[0], k[1], k[2], k[3], k[4]
    near = 0
    for i in range(n):
        v = a[i]
        m = abs(v * scale)
        y = m + shift
        t = np.floor(y)
        near += 1 if (abs((y - t) - 0.5) >= 0.5 - (error + relative * m)) | (m >= _HUGE) else 0
        t = t + up
        t = -t if v < 0.0 else t
        steps = _whole(t)
        out[i] = steps if v == v else _MISSING
    return near


@njit(**_FAST)
def _at_step(out, a, k, registers, flags, lo, n):  # type: ignore[no-untyped-def]
    scale, shift, error, relative, even, sure = k[0], k[1], k[2], k[3], k[5], k[6]
    checks = np.int64(k[7])
    doubts = 0
    for i in range(n):
        v = a[i]
        m = abs(v * scale)
        y = m + shift
        if m >= _HUGE:
            flags[i] = 1
            doubts += 1
        elif abs((y - np.floor(y)) - 0.5) >= 0.5 - (error + relative * m):
            good = sure == 1.0
            for j in range(checks):
                x = carray(float_pointer(registers[np.int64(k[8 + 2 * j])]), (BLOCK,))[lo + i]
                c = k[9 + 2 * j]
                good = good & ((np.rint(x * c) / c == x) | (x != x))
            if good:
                t = np.rint(y)
                if even == 1.0 and np.floor(t * 0.5) * 2.0 != t:
                    t -= 1.0
                out[i] = _whole(-t if v < 0.0 else t)
            else:
                flags[i] = 1
                doubts += 1
    return doubts


@njit(**_FAST)
def _share(d, a, b, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        d[i] = a[i] / b[i]


@njit(**_FAST)
def _grades(d, a, k, n):  # type: ignore[no-untyped-def]
    """k: how many grades, then their least totals from the best to the last."""
    count = np.int64(k[0])
    for i in range(n):
        d[i] = -1
    for j in range(count):
        place = np.int8(count - 1 - j)
        low = k[count - j]
        for i in range(n):
            g = d[i]
            d[i] = place if a[i] >= low else g


@njit(**_FAST)
def _flags_out(d, a, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        t = np.int8(1) if u == 1.0 else np.int8(0)
        d[i] = t if u == u else np.int8(-1)


@njit(**_FAST)
def _emit(d, a, scale, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        u = a[i]
        d[i] = _whole(np.rint(u * scale)) if u == u else _MISSING


@njit(**_FAST)
def _stream(target, source, n):  # type: ignore[no-untyped-def]
    """Copy n int64 from address to address, past the caches where the target is aligned."""
    d = carray(long_pointer(target), (BLOCK,))
    a = carray(long_pointer(source), (BLOCK,))
    i = 0
    while i < n and (target + 8 * i) % 32 != 0:
        d[i] = a[i]
        i += 1
    while i + 4 <= n:
        _store_past_caches(target + 8 * i, source + 8 * i)
        i += 4
    while i < n:
        d[i] = a[i]
        i += 1


@njit(**_FAST)
def _zero(d, n):  # type: ignore[no-untyped-def]
    for i in range(n):
        d[i] = 0.0


@njit(**_FAST)
def _score_by_size(size, out, a, z, sums, weights, k, flags, n, column):  # type: ignore[no-untyped-def]
    """The loop for curves of this many pieces; the constants are packed to the end of eight."""
    if size == 1:
        return _score(out, a, z, sums, weights, k, (k[11],), (k[19],), (k[27],), flags, n, column)
    if size == 3:
        return _score(
            out,
            a,
            z,
            sums,
            weights,
            k,
            (k[9], k[10], k[11]),
            (k[17], k[18], k[19]),
            (k[25], k[26], k[27]),
            flags,
            n,
            column,
        )
    return _score(
        out, a, z, sums, weights, k, (k[4], k[5], k[6], k[7], k[8], k[9], k[10], k[11]),
        (k[12], k[13], k[14], k[15], k[16], k[17], k[18], k[19]),
        (k[20], k[21], k[22], k[23], k[24], k[25], k[26], k[27]), flags, n, column,
    )  # fmt: skip


@njit(
    "int64(int64[:,::1], float64[::1], int64[::1], int64[::1], int64[::1], int64, int64, int64[::1], int64)",
    cache=True,
    nogil=True,
    error_model="numpy",
)
def run_blocks(code, constants, bases, strides, registers, rows, first, doubted, flag_address):  # type: ignore[no-untyped-def]
    """Run the instructions over all rows, block by block; the numbers of doubted rows go to `doubted`.

    bases: the address of each register's first row. registers: room for as many addresses.
    first: the number of the first row, added to what is noted. Returns how many rows are in doubt.
    """
    flags = carray(byte_pointer(flag_address), (BLOCK,))
    noted = 0
    for lo in range(0, rows, BLOCK):
        n = min(BLOCK, rows - lo)
        for r in range(len(bases)):
            registers[r] = bases[r] + lo * strides[r]
        doubts = 0
        for pc in range(len(code)):
            op = code[pc, 0]
            da = registers[code[pc, 1]]
            aa = registers[code[pc, 2]]
            d = carray(float_pointer(da), (BLOCK,))
            a = carray(float_pointer(aa), (BLOCK,))
            b = carray(float_pointer(registers[code[pc, 3]]), (BLOCK,))
            k = constants[code[pc, 5] :]
            if 23 <= op <= 26 and strides[code[pc, 2]] == 8:
                _fetch(aa + BLOCK * 8, n)
            if op == 0:
                _texts(d, carray(int_pointer(aa), (BLOCK,)), k, n)
            elif op == 1:
                _truths(d, carray(byte_pointer(aa), (BLOCK,)), n)
            elif op == 2:
                _wholes(d, carray(long_pointer(aa), (BLOCK,)), k[0], k[1], n)
            elif op == 3:
                _negate(d, a, n)
            elif op == 4:
                _add(d, a, b, n)
            elif op == 5:
                _subtract(d, a, b, n)
            elif op == 6:
                _multiply(d, a, b, n)
            elif op == 7:
                _divide(d, a, b, n)
            elif op == 8:
                _ratio(d, a, b, k[0], n)
            elif op == 9:
                _at_most(d, a, b, n)
            elif op == 10:
                _below(d, a, b, n)
            elif op == 11:
                _equal(d, a, b, n)
            elif op == 12:
                _and(d, a, b, n)
            elif op == 13:
                _or(d, a, b, n)
            elif op == 14:
                _not(d, a, n)
            elif op == 15:
                _present(d, a, n)
            elif op == 16:
                _select(d, a, b, carray(float_pointer(registers[code[pc, 4]]), (BLOCK,)), n)
            elif op == 17:
                _least(d, a, b, n)
            elif op == 18:
                _greatest(d, a, b, n)
            elif op == 19:
                _absolute(d, a, n)
            elif op == 20:
                _fallback(d, a, b, n)
            elif op == 21:
                _gate(d, a, b, n)
            elif op == 22:
                _snap(d, a, k[0], n)
            elif op == 23:
                doubts += _guard(a, k[0], k[1], k[2], flags, n)
            elif op == 24:
                doubts += _near(a, b, k[0], k[1], flags, n)
            elif op == 25:
                _table(d, a, k, n)
            elif op == 26:
                doubts += _steps(d, a, k, flags, n)
            elif op == 27:
                _curve(
                    d, a, (k[4], k[5], k[6], k[7], k[8], k[9], k[10], k[11]),
                    (k[12], k[13], k[14], k[15], k[16], k[17], k[18], k[19]),
                    (k[20], k[21], k[22], k[23], k[24], k[25], k[26], k[27]), n,
                )  # fmt: skip
            elif op <= 30:
                sums = carray(float_pointer(registers[code[pc, 4]]), (BLOCK,))
                weights = carray(float_pointer(registers[code[pc, 4] + 1]), (BLOCK,))
                out = carray(long_pointer(da), (BLOCK,))
                size = 1 if op == 28 else 3 if op == 29 else 8
                doubts += _score_by_size(size, out, a, b, sums, weights, k, flags, n, aa + BLOCK * 8)
            elif op == 31:
                _share(d, a, b, n)
            elif op == 32:
                doubts += _publish(carray(long_pointer(da), (BLOCK,)), a, k, registers, flags, n)
            elif op == 33:
                _grades(carray(byte_pointer(da), (BLOCK,)), a, k, n)
            elif op == 34:
                _flags_out(carray(byte_pointer(da), (BLOCK,)), a, n)
            elif op == 35:
                _emit(carray(long_pointer(da), (BLOCK,)), a, k[0], n)
            elif op == 36:
                _zero(d, n)
            elif op == 37:
                doubts += _doubt(flags, n)
            elif op == 38:
                _stream(da, aa, n)
        if doubts > 0:
            for i in range(n):
                if flags[i] != 0:
                    doubted[noted] = first + lo + i
                    noted += 1
                    flags[i] = 0
    return noted
