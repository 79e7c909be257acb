"""In which encoding a text file is written, seen over all of it, and the first place where it is no text.

Nothing is read as garbage: text that is not UTF-8 must look like Chinese to be taken for GB18030, and a file in two
encodings is refused. Memory is bounded, whatever the file holds.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from kpirules.adapters.file_problems import MIXED_ENCODINGS, NUL_BYTE, SQUEEZED
from kpirules.adapters.files import ordinal, size_text
from kpirules.adapters.options import CsvOptions
from kpirules.adapters.unpacking import BLOCK, MOST_SQUEEZED, SQUEEZED_FROM, Unpacked
from kpirules.diagnostics import Cell, Diagnostic, Words
from kpirules.plugin.problems import DAMAGED, LONG_ROW, READ_AS_GB, TOO_LARGE, UNKNOWN_ENCODING

#: No row may be longer: it is what the splitter takes at once, and some thirty times as much it reads ahead.
LONGEST_ROW = 4 << 20

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GB = "gb18030"
#: Chinese in UTF-8: three bytes each, ideographs and Chinese punctuation.
_CHINESE = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}|\xe3\x80[\x80-\xbf]|\xef\xbc[\x80-\xbf])")
_LAST_COMMON = 0xD7  # the lead byte up to which GB2312 holds its common ideographs, and signs before them
_LEAST_COMMON = 0.6  # the share of common ones in what is taken for Chinese; in Chinese texts it is above 0.9


@dataclass
class _Wrong(Exception):
    """The first bytes that are no text in an encoding. line: from 1; at: how many bytes stand before; byte: the first."""

    line: int
    at: int
    byte: int


def find_encoding(path: str, options: CsvOptions) -> tuple[str, tuple[Diagnostic, ...]] | Diagnostic:
    """The encoding in which all of the file is text, with a note where it was found out; or what is wrong where."""
    with Unpacked(path) as file:
        start = file.read(4096)
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), None) or _unmarked(start)
    encoding = options.encoding or marked or "utf-8"
    if codecs.lookup(encoding).name == "utf-8" and start.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    try:
        return _Scan(path, encoding, options).run() or (encoding, ())
    except _Wrong as wrong:
        if options.encoding or marked:
            return _undecodable(path, wrong, encoding)
        return _as_gb(path, options, wrong)


def damage(path: str, error: Exception, line: int | None = None) -> Diagnostic:
    """What an unpacker's error means; line: the one that it came to."""
    where = f", in line {line}" if line else ""
    where_zh = f"，位于第 {line} 行" if line else ""
    reason = Words(f"{error}{where}", f"{error}{where_zh}")
    if isinstance(error, EOFError):
        reason = Words(f"it ends too early{where}", f"提前结束{where_zh}")
    return DAMAGED.at(Cell(path, line), path=path, reason=reason)


def _unmarked(start: bytes) -> str | None:
    """UTF-16 without a mark: every Latin letter, comma and line end brings a NUL, always on the same side."""
    sides = {place % 2 for place, byte in enumerate(start) if byte == 0}
    if len(sides) != 1 or start.count(0) < 2:
        return None
    name = "utf-16-le" if sides == {1} else "utf-16-be"
    text = start.decode(name, "ignore")
    plain = _share_of_common(text) >= _LEAST_COMMON
    return name if plain and "\n" in text and "\0" not in text else None


def _undecodable(path: str, wrong: _Wrong, encoding: str) -> Diagnostic:
    return UNKNOWN_ENCODING.at(
        Cell(path, wrong.line),
        path=path,
        row=wrong.line,
        encoding=encoding,
        byte=f"0x{wrong.byte:02X}",
        at=ordinal(wrong.at + 1),
    )


def _as_gb(path: str, options: CsvOptions, wrong: _Wrong) -> tuple[str, tuple[Diagnostic, ...]] | Diagnostic:
    """What is not UTF-8 is GB18030 where all of it decodes and looks like Chinese; wrong: where it is not UTF-8."""
    scan = _Scan(path, _GB, options, looks=True)
    try:
        refused = scan.run()
    except _Wrong as other:
        if scan.as_utf8:
            return _mixed(path, scan.as_utf8, wrong)
        # Where it was Chinese so far, what breaks that is the place to look at.
        return _undecodable(
            path, other if scan.is_chinese and other.at > wrong.at else wrong, "UTF-8, GB18030"
        )
    if refused is not None:
        return refused
    if scan.as_utf8:
        return _mixed(path, scan.as_utf8, wrong)
    if not scan.is_chinese:
        return _undecodable(path, wrong, "UTF-8, GB18030")
    return _GB, (READ_AS_GB.at(None, path=path),)


def _mixed(path: str, as_utf8: int, wrong: _Wrong) -> Diagnostic:
    return MIXED_ENCODINGS.at(
        Cell(path, wrong.line),
        path=path,
        first=as_utf8,
        row=wrong.line,
        byte=f"0x{wrong.byte:02X}",
        at=ordinal(wrong.at + 1),
    )


@dataclass(slots=True)
class _Scan:
    """One pass over the file in one encoding. looks: is it Chinese, and is any line of it UTF-8 all the same?"""

    path: str
    encoding: str
    options: CsvOptions
    looks: bool = False
    line: int = 1
    as_utf8: int = 0  # the first line that is Chinese in UTF-8
    _size: int = 0
    _since: int = 0  # characters since the last line end
    _rest: bytes = b""  # the beginning of a line whose end is still to come
    _looked_at: int = 0  # lines that were looked at
    _seen: Counter[str] = field(default_factory=Counter)

    def run(self) -> Diagnostic | None:
        """None where all of it is text; raises _Wrong where it is not, OSError where it cannot be read."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        try:
            for data, packed in self._blocks():
                self._size += len(data)
                if self._too_large(packed):
                    return self._refusal(packed)
                if self.looks:
                    self._find_utf8(data)
                text = self._decode(decoder, data)
                if (refused := self._look(data, text)) is not None:
                    return refused
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            return damage(self.path, error, self.line)
        return None

    @property
    def is_chinese(self) -> bool:
        """Whether what is not ASCII are mostly ideographs that are in common use."""
        common = sum(count for sign, count in self._seen.items() if _is_common(sign))
        return 0 < common >= _LEAST_COMMON * self._seen.total()

    def _blocks(self) -> Iterator[tuple[bytes, int]]:
        """The unpacked bytes, an empty block at the end; and how many packed ones they took."""
        with Unpacked(self.path) as file:
            while data := file.read(BLOCK):
                yield data, file.taken
            yield b"", file.taken

    def _decode(self, decoder: codecs.IncrementalDecoder, data: bytes) -> str:
        try:
            return decoder.decode(data, not data)
        except UnicodeDecodeError as error:
            if self.looks:
                self._find_utf8(b"")
            before = self._size - len(error.object)
            good = bytes(error.object[: error.start]).decode(self.encoding, "ignore")
            line = self.line + good.count("\n")
            raise _Wrong(line, before + error.start, error.object[error.start]) from None
        except UnicodeError:  # UTF-16 that ends within a mark
            raise _Wrong(self.line, self._size, data[-1] if data else 0) from None

    def _look(self, data: bytes, text: str) -> Diagnostic | None:
        nul = text.find("\0")
        if nul >= 0:
            line = self.line + text.count("\n", 0, nul)
            return NUL_BYTE.at(Cell(self.path, line), path=self.path, row=line)
        if self.looks:
            self._seen.update(Counter(re.sub(r"[\0-\x7f]+", "", text)))
        ends = text.count("\n")
        if not ends and "\r" not in text:
            self._since += len(text)
            if self._since > LONGEST_ROW:
                place = Cell(self.path, self.line)
                return LONG_ROW.at(place, path=self.path, limit=size_text(LONGEST_ROW))
        else:
            self._since = len(text) - max(text.rfind("\n"), text.rfind("\r")) - 1
        self.line += ends
        return None

    def _find_utf8(self, data: bytes) -> None:
        """Notes the first line that is UTF-8 with Chinese in it: in a file of GB18030 that is no accident."""
        if self.as_utf8:
            return
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop() if data else b""
        for number, line in enumerate(lines, self._looked_at + 1):
            if _CHINESE.search(line) and _reads_as_utf8(line):
                self.as_utf8 = number
                return
        self._looked_at += len(lines)

    def _too_large(self, packed: int) -> bool:
        squeezed = self._size > SQUEEZED_FROM and self._size > MOST_SQUEEZED * packed
        asked = "max_megabytes" in self.options.model_fields_set
        return self._size > self.options.max_megabytes * 2**20 or (squeezed and not asked)

    def _refusal(self, packed: int) -> Diagnostic:
        limit = self.options.max_megabytes * 2**20
        if self._size <= limit:
            return SQUEEZED.at(None, path=self.path, packed=size_text(packed), size=size_text(self._size))
        return TOO_LARGE.at(
            None,
            path=self.path,
            part="it",
            size=f"> {size_text(limit)}",
            limit=size_text(limit),
            setting="max_megabytes",
        )


def _reads_as_utf8(line: bytes) -> bool:
    """Whether a line is Chinese in UTF-8, and commoner Chinese than in GB18030.

    A few rare ideographs of GB18030 in a row may happen to be UTF-8 as well; what that gives is still rarer.
    """
    try:
        as_utf8 = _share_of_common(line.decode("utf-8"))
    except UnicodeDecodeError:
        return False
    return as_utf8 > _share_of_common(line.decode(_GB, "ignore"))


def _share_of_common(text: str) -> float:
    signs = [sign for sign in text if not sign.isascii()]
    return sum(map(_is_common, signs)) / len(signs) if signs else 1.0


def _is_common(sign: str) -> bool:
    """Whether GB2312 has the sign among its signs and common ideographs."""
    try:
        return sign.encode("gb2312")[0] <= _LAST_COMMON
    except UnicodeEncodeError:
        return False
