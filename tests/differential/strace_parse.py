# SPDX-License-Identifier: BSD-2-Clause
"""What strace wrote, as calls with trees of values.

read_calls() takes the file of `strace -f -o FILE`, one line an event of a thread, and joins the halves of
calls that another thread's line came between. A value is one of the classes below; what is none of the forms
that strace prints becomes Text and is compared with nothing, so that nothing passes because it was not
understood.
"""

import re


class Value:
    __slots__ = ()

    def __repr__(self):
        return self.text()

    def text(self):
        return '?'


class Num(Value):
    __slots__ = ('value', 'spelled')

    def __init__(self, value, spelled):
        self.value, self.spelled = value, spelled

    def text(self):
        return self.spelled


class Name(Value):
    """A constant: O_RDONLY, NULL."""
    __slots__ = ('name',)

    def __init__(self, name):
        self.name = name

    def text(self):
        return self.name


class Str(Value):
    __slots__ = ('bytes', 'cut', 'abstract')

    def __init__(self, data, cut=False, abstract=False):
        self.bytes, self.cut, self.abstract = data, cut, abstract

    def text(self):
        return ('@' if self.abstract else '') + repr(self.bytes)[1:] + ('...' if self.cut else '')


class Or(Value):
    """A|B|0x4: names and numbers; negated ones are the bits that are not set, ~(A|B) and ~A."""
    __slots__ = ('parts',)

    def __init__(self, parts):
        self.parts = parts

    def text(self):
        return '|'.join(p.text() for p in self.parts)


class Call(Value):
    """makedev(0x8, 0x1), htons(80): what strace writes as an expression of C."""
    __slots__ = ('name', 'args')

    def __init__(self, name, args):
        self.name, self.args = name, args

    def text(self):
        return '%s(%s)' % (self.name, ', '.join(a.text() for a in self.args))


class Struct(Value):
    """Members as (name, value); the name is None where strace writes the value alone."""
    __slots__ = ('members', 'cut')

    def __init__(self, members, cut):
        self.members, self.cut = members, cut

    def get(self, name):
        for key, value in self.members:
            if key == name:
                return value
        return None

    def text(self):
        inner = ', '.join((k + '=' if k else '') + v.text() for k, v in self.members)
        return '{%s%s}' % (inner, ', ...' if self.cut else '')


class Array(Value):
    """[a, b], and [A B] of sets, which are spaced; inverted: ~[A B]."""
    __slots__ = ('items', 'cut', 'inverted', 'spaced')

    def __init__(self, items, cut=False, inverted=False, spaced=False):
        self.items, self.cut, self.inverted, self.spaced = items, cut, inverted, spaced

    def text(self):
        inner = (' ' if self.spaced else ', ').join(i.text() for i in self.items)
        return '%s[%s%s]' % ('~' if self.inverted else '', inner, ', ...' if self.cut else '')


class Change(Value):
    """a => b: what the caller gave and what the kernel left there."""
    __slots__ = ('old', 'new')

    def __init__(self, old, new):
        self.old, self.new = old, new

    def text(self):
        return '%s => %s' % (self.old.text(), self.new.text())


class Named(Value):
    """name=value among the arguments of a call."""
    __slots__ = ('name', 'value')

    def __init__(self, name, value):
        self.name, self.value = name, value

    def text(self):
        return '%s=%s' % (self.name, self.value.text())


class Text(Value):
    __slots__ = ('raw',)

    def __init__(self, raw):
        self.raw = raw

    def text(self):
        return self.raw


class Shift(Value):
    """1<<CAP_CHOWN: a bit by its name."""
    __slots__ = ('number', 'bit')

    def __init__(self, number_, bit):
        self.number, self.bit = number_, bit

    def text(self):
        return '%d<<%s' % (self.number, self.bit.text())


class Cut(Value):
    """... in place of what was left out."""
    __slots__ = ()

    def text(self):
        return '...'


class SystemCall:
    __slots__ = ('tid', 'name', 'args', 'result', 'error', 'note', 'line', 'seen_end', 'raw', 'file', 'last', 'killed')

    def __init__(self, tid, name, line, raw):
        self.tid, self.name, self.line, self.raw = tid, name, line, raw
        self.args, self.result, self.error, self.note, self.seen_end = [], None, None, None, True
        self.file, self.last, self.killed = None, False, False


class ParseError(Exception):
    pass


STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\.\.\.)?', re.S)
CHARACTER = re.compile(r"'([^'\\]|\\[^x]|\\x[0-9a-f]{2}|\\[0-7]{1,3})'")
NUMBER = re.compile(r'-?(?:0[xX][0-9a-fA-F]+|\d+)(?![\w.])')
NAME = re.compile(r'[A-Za-z_?][\w?]*')
BLANK = re.compile(r'(?:\s|/\*.*?\*/)*', re.S)
BLANKS = (' ', '/', '\t', '\n')
STRINGS = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"(?:\.\.\.)?(?:, )?)+\]', re.S)
PLAIN = re.compile(r'[^"()\[\]{},]+')
OPERATOR = re.compile(r'\s*(\*|<<|\+)\s*(0[xX][0-9a-fA-F]+|\d+|(?=[A-Z_]))')
SET = re.compile(r'\[((?:[\w?]+)(?: [\w?]+)+)\]')
DESIGNATED = re.compile(r'\[[A-Z]\w*\]=')  # [IO_WQ_BOUND]=4
USER_AREA = re.compile(r'(\d)\*([A-Z]\w*)(?:\+(\d+))?')  # 8*R15+1: a byte of struct user, by the register there
MEMBER = re.compile(r'([A-Za-z_][\w.\[\]]*(?:\([^()]*\))?)=(?!=|>)')


def unescape(text):
    """Escapes of C, which strace uses for all that is not printable ASCII."""
    data = text.encode('utf-8', 'surrogateescape')
    return data.decode('unicode_escape').encode('latin-1') if b'\\' in data else data


def number(spelled):
    digits = spelled.lstrip('-')
    if digits[:2].lower() == '0x':
        value = int(digits, 16)
    elif len(digits) > 1 and digits[0] == '0':
        value = int(digits, 8)
    else:
        value = int(digits)
    return Num(-value if spelled[0] == '-' else value, spelled)


def spread(old, new):
    """{a=1, b=2} => {b=3} as {a=1, b=2 => 3}."""
    if not isinstance(old, Struct) or not isinstance(new, Struct):
        return Change(old, new)
    written = dict(new.members)
    members = [(name, spread(value, written.pop(name)) if name in written else value) for name, value in old.members]
    return Struct(members + [(name, Change(Name('NULL'), value)) for name, value in written.items()], old.cut)


class Parser:
    def __init__(self, text, at=0):
        self.s, self.at = text, at

    def blank(self):
        if self.s[self.at:self.at + 1] in BLANKS:
            self.at = BLANK.match(self.s, self.at).end()

    def looking_at(self, what):
        return self.s.startswith(what, self.at)

    def take(self, what):
        self.blank()
        if not self.looking_at(what):
            return False
        self.at += len(what)
        return True

    def balanced(self, closers):
        """The text up to one of the characters in closers that is in no bracket and no string."""
        start, depth = self.at, 0
        while self.at < len(self.s):
            char = self.s[self.at]
            plain = PLAIN.match(self.s, self.at)
            if plain:
                self.at = plain.end()
                continue
            if char == '"':
                match = STRING.match(self.s, self.at)
                if not match:
                    raise ParseError('a string without end')
                self.at = match.end()
                continue
            character = CHARACTER.match(self.s, self.at)
            if character:
                self.at = character.end()
                continue
            if depth == 0 and char in closers:
                return self.s[start:self.at].strip()
            depth += (char in '([{') - (char in ')]}')
            self.at += 1
        raise ParseError('a bracket without end')

    def listed(self, closer, members):
        """Values up to the closing bracket; members: they may be name=value. Returns them and whether they were cut."""
        items, cut = [], False
        while True:
            if self.take(closer):
                return items, cut
            if self.looking_at('...'):
                self.at += 3
                cut = True
            else:
                name = None
                match = MEMBER.match(self.s, self.at) if members else DESIGNATED.match(self.s, self.at)
                if match and not members:
                    self.at, match = match.end(), None
                if match:
                    name = match.group(1)
                    self.at = match.end()
                start = self.at
                try:
                    value = self.value()
                    self.blank()
                    if self.s[self.at:self.at + 1] not in (',', closer) and not self.spaced_here(closer):
                        raise ParseError('neither comma nor bracket')
                except ParseError:
                    self.at = start
                    value = Text(self.balanced(',' + closer))
                items.append((name, value) if members else value)
            self.take(',')

    def spaced_here(self, closer):
        return closer == ']' and self.at > 0 and self.s[self.at - 1].isspace()

    def value(self):
        """A value and what may follow it."""
        self.blank()
        value = self.alternatives()
        self.blank()
        if self.looking_at('=>'):
            self.at += 2
            self.blank()
            again = MEMBER.match(self.s, self.at)
            self.at = again.end() if again else self.at
            value = spread(value, self.value())
        return value

    def alternatives(self):
        parts = [self.operand()]
        while True:
            self.blank()
            if self.looking_at('|') and not self.looking_at('||'):
                self.at += 1
                parts.append(self.operand())
            elif self.looking_at(' or '):
                raise ParseError('or')
            else:
                break
        return parts[0] if len(parts) == 1 else Or(parts)

    def operand(self):
        value = self.primary()
        while isinstance(value, Num):
            match = OPERATOR.match(self.s, self.at)
            if not match:
                break
            self.at = match.end()
            if not match.group(2):
                value = Shift(value.value, self.primary())
                break
            other = number(match.group(2)).value
            result = {'*': value.value * other, '<<': value.value << other, '+': value.value + other}[match.group(1)]
            value = Num(result, value.spelled + match.group(1) + match.group(2))
        return value

    def primary(self):
        self.blank()
        char = self.s[self.at:self.at + 1]
        if char == '"' or (char == '@' and self.s[self.at + 1:self.at + 2] == '"'):
            self.at += char == '@'
            match = STRING.match(self.s, self.at)
            if not match:
                raise ParseError('a string without end')
            self.at = match.end()
            return Str(unescape(match.group(1)), bool(match.group(2)), char == '@')
        if char == '[':
            return self.array(False)
        if char == '~' and self.s[self.at + 1:self.at + 2] == '[':
            self.at += 1
            return self.array(True)
        if char == '{':
            self.at += 1
            members, cut = self.listed('}', True)
            return Struct(members, cut)
        if self.looking_at('...'):
            self.at += 3
            return Cut()
        match = CHARACTER.match(self.s, self.at)
        if match:
            self.at = match.end()
            return Num(unescape(match.group(1))[0], match.group(0))
        if char == '&':
            self.at += 1
        if char == '!':  # !FLAG: one that is not set
            self.at += 1
            return Num(0, '!' + self.primary().text())
        match = USER_AREA.match(self.s, self.at)
        if match:
            self.at = match.end()
            return Call('user', [number(match.group(1)), Name(match.group(2)), number(match.group(3) or '0')])
        match = NUMBER.match(self.s, self.at)
        if match:
            self.at = match.end()
            return number(match.group())
        match = NAME.match(self.s, self.at)
        if not match:
            raise ParseError('no value at: ' + self.s[self.at:self.at + 40])
        self.at = match.end()
        if self.looking_at('('):
            self.at += 1
            args, _ = self.listed(')', False)
            return Call(match.group(), args)
        return Name(match.group())

    def array(self, inverted):
        start = self.at
        self.at += 1
        match = STRINGS.match(self.s, start)
        if match:
            self.at = match.end()
            return Array([Str(unescape(m.group(1)), bool(m.group(2))) for m in STRING.finditer(self.s, start, self.at)])
        # Sets are separated by blanks: [HUP INT], [0 1].
        match = SET.match(self.s, start)
        if match:
            self.at = match.end()
            words = match.group(1).split(' ')
            items = [number(w) if NUMBER.fullmatch(w) else Name(w) for w in words]
            return Array(items, False, inverted, True)
        items, cut = self.listed(']', False)
        return Array(items, cut, inverted)


LINE = re.compile(r'(\d+) +(?:\d+\.\d+ )?(.*)', re.S)
RESUMED = re.compile(r'<\.\.\. ([\w?]+) resumed>(.*)', re.S)
BEGIN = re.compile(r'([\w?]+)\(')
RESULT = re.compile(r'\s*= (\?|-?(?:0x[0-9a-f]+|\d+))(?: (E[A-Z0-9_]+))?(?: \((.*)\)| <unavailable>)?\s*$', re.S)
UNFINISHED = re.compile(r'\s*<unfinished \.\.\.>\s*$')


def parse_call(tid, text, line):
    begin = BEGIN.match(text)
    if not begin:
        return None
    call = SystemCall(tid, begin.group(1), line, text)
    # Of a call that never ended, strace says so among its arguments.
    text, never_ended = re.subn(r'\s*<unfinished \.\.\.>\) = \?$', ') = ?', text)
    parser = Parser(text, begin.end())
    args = []
    while not parser.take(')'):
        match = MEMBER.match(text, parser.at)
        if match:
            parser.at = match.end()
        start = parser.at
        try:
            value = parser.value()
            parser.blank()
            if text[parser.at:parser.at + 1] not in (',', ')'):
                raise ParseError('neither comma nor bracket')
        except ParseError:
            parser.at = start
            try:
                value = Text(parser.balanced(',)'))
            except ParseError:
                if not never_ended:
                    raise
                parser.at = len(text) - len(') = ?')  # it was being written: {ifc_len=
                value = Text(text[start:parser.at])
        args.append(Named(match.group(1), value) if match else value)
        parser.take(',')
    call.args = args
    result = RESULT.match(text, parser.at)
    if not result:
        raise ParseError('no result: ' + text[parser.at:])
    spelled, call.error, call.note = result.groups()
    if spelled == '?':
        call.seen_end = call.error is not None
    else:
        call.result = number(spelled).value
    return call


def read_calls(path):
    """The calls of every thread in the order in which they ended, and the ones that only began, with `= ?`. last: the
    thread ended there."""
    calls, pending, latest = [], {}, {}
    with open(path, encoding='utf-8', errors='surrogateescape', newline='\n') as file:
        for n, raw in enumerate(file, 1):
            match = LINE.match(raw.rstrip('\n'))
            if not match:
                raise ParseError('%s:%d: no line of strace: %s' % (path, n, raw))
            tid, text = int(match.group(1)), match.group(2)
            if text.startswith(('+++', '---', 'strace:', '[ Process')):
                if text.startswith('+++ superseded by execve in pid '):
                    pending[tid] = pending.pop(int(text.split()[6]), (n, 'execve('))
                elif text.startswith('+++'):
                    if tid in pending:
                        begun, head = pending.pop(tid)
                        latest[tid] = finish(tid, head + ' <unfinished ...>) = ?', begun, path)
                        calls.append(latest[tid])
                    if tid in latest:
                        latest[tid].last, latest[tid].killed = True, text.startswith('+++ killed')
                        del latest[tid]
                continue
            if '<pid changed to ' in text:
                head = text[:text.index('<pid changed to ')]
                pending[tid] = (n, head)
                continue
            resumed = RESUMED.match(text)
            if resumed:
                begun, head = pending.pop(tid, (n, resumed.group(1) + '('))
                text = head + resumed.group(2)
            end = UNFINISHED.search(text)
            if end:
                pending[tid] = (n, text[:end.start()])
                continue
            latest[tid] = finish(tid, text, n, path)
            calls.append(latest[tid])
    for tid, (begun, head) in pending.items():
        latest[tid] = finish(tid, head + ' <unfinished ...>) = ?', begun, path)
        calls.append(latest[tid])
    for call in latest.values():
        call.last = True
    return calls


def finish(tid, text, line, path):
    try:
        call = parse_call(tid, text, line)
    except ParseError as error:
        raise ParseError('%s:%d: %s' % (path, line, error)) from None
    if not call:
        raise ParseError('%s:%d: not a call: %s' % (path, line, text))
    call.file = path
    return call
