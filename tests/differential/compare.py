# SPDX-License-Identifier: BSD-2-Clause
"""Compares what strace and hosttrail say of the same calls.

    hosttrail catalogue --output json >catalogue
    hosttrail cat ROOT >events
    python3 tests/differential/compare.py --catalogue catalogue --events events STRACE...

Each STRACE is the file of one `strace -f -o STRACE incgroup CGROUP COMMAND...` with the options of support.sh, in the order
in which they ran; its first thread is incgroup itself, which is outside of the cgroup, and is left out. Calls are paired
by thread, in the order in which they ended; then their names, arguments, results and errors are compared. Whatever is
not the same and stands not in explained.py is a difference: it is printed with both sides, and the exit status is 1.

    --summary   counts by call, argument and reason instead: what is left to do
    --explained what each row of explained.py explained, the most telling first, and those that explained nothing
    --limit N   of the same call, argument and reason print N (default 3)
    --tap       a line of TAP for each STRACE
"""

import argparse
import collections
import json
import os
import re
import sys

import explained
import values
from kinds import POINTED, POINTERS, is_told, match_argument
from strace_parse import Array, Change, Name, Named, Num, Str, Struct, read_calls
from values import PLACES, Context, Difference, is_address, keys_for

LOOK_AHEAD = 64
LINE_BYTES = 1 << 20  # the longest line that hosttrail-event(5) allows


class Catalogue:
    def __init__(self, path):
        self.rows, self.by_name = {}, {}
        with open(path, encoding='utf-8') as file:
            for line in file:
                row = json.loads(line)
                self.by_name.setdefault(row['name'], row)
                for abi, number in row.get('numbers', {}).items():
                    self.rows[abi, number] = row
                    values.NUMBERS[abi, row['name']] = number

    def row(self, event):
        call = event['syscall']
        if 'via' in call:
            return self.by_name.get(call['name'])
        return self.rows.get(('x86_64' if call['abi'] == 'x32' else call['abi'], call['number']))


def read_events(path):
    """The calls of each thread in the order of their ends, and what the recorder says of losses."""
    threads, losses = collections.defaultdict(list), []
    with open(path, encoding='utf-8') as file:
        for n, line in enumerate(file, 1):
            event = json.loads(line)
            if event['eventName'] == 'EventsLost':
                losses.append(event)
            if len(line.encode('utf-8', 'surrogatepass')) > LINE_BYTES:
                losses.append({'requestParameters': {'line': n, 'tooLong': len(line)}})
            # Operations of io_uring pass no system call.
            if 'syscall' in event and event['syscall']['abi'] != 'io_uring':
                event['line'] = n
                threads[event['process']['tid']].append(event)
    for events in threads.values():
        events.sort(key=lambda e: e['monotonicTime'])
    return threads, losses


# ---- pairing ----

def event_name(event):
    return event['syscall'].get('name') or by_number(event)


def by_number(event):
    """As strace writes a number that it does not know."""
    number = event['syscall']['number'] | (0x40000000 if event['syscall']['abi'] == 'x32' else 0)
    return 'syscall_0x%x' % (number % (1 << 64) if number >= 0 or event['syscall']['abi'] == 'x86_64' else number % (1 << 32))


# What strace calls otherwise, by ABI.
NAMES = {
    ('i386', 'mmap'): {'old_mmap'}, ('i386', 'select'): {'oldselect'}, ('i386', 'rt_sigreturn'): {'sigreturn'},
}


def same_call(call, event):
    name = event_name(event)
    if call.name == name or call.name in NAMES.get((event['syscall']['abi'], name), ()):
        return True
    if call.name == 'execveat' and name == 'execve' and call.result == 0:
        return True
    if call.name == event['syscall'].get('via'):
        return True
    return call.name == by_number(event) or (call.name.startswith('syscall_0xffffffff') and event['syscall']['number'] == -1)


def pair(calls, events):
    """Pairs of (call, event); None where one side lacks it."""
    i = j = 0
    while i < len(calls) and j < len(events):
        if same_call(calls[i], events[j]):
            yield calls[i], events[j]
            i, j = i + 1, j + 1
            continue
        # The shortest way to the next calls that are the same.
        skip = next(((a, n - a) for n in range(1, LOOK_AHEAD) for a in range(n + 1)
                     if i + a < len(calls) and j + n - a < len(events) and same_call(calls[i + a], events[j + n - a])), None)
        if not skip:
            break
        for call in calls[i:i + skip[0]]:
            yield call, None
        for event in events[j:j + skip[1]]:
            yield None, event
        i, j = i + skip[0], j + skip[1]
    for call in calls[i:]:
        yield call, None
    for event in events[j:]:
        yield None, event


def without_skipped(calls, events):
    """The events but for that of a call that a thread was about to make when another of its process ended them all: strace
    held it at the entry, so that the kernel skips the call, which it tells hosttrail as ENOSYS and strace not at all. What
    strace has of it stands with the thread's end, the last event."""
    if not calls or calls[-1].seen_end or not calls[-1].last or len(events) < 2:
        return events
    skipped, end = events[-2:]
    if skipped.get('errorCode') == 'ENOSYS' and same_call(calls[-1], skipped) and 'usage' in end.get('responseElements', {}):
        return events[:-2] + [end]
    return events


def mark_ends(pairs):
    """(call, event, ended): whether it is where a thread was killed, that is, ended but for its own exit. What is said of
    such a call is chance: the thread may run on while strace reads its registers, and enters a call that is then not
    made, of which the kernel tells hosttrail that it failed with ENOSYS."""
    killed = False
    for call, event in pairs:
        if call:
            killed = call.last and (call.killed or call.name not in ('exit', 'exit_group'))
        yield call, event, killed


# ---- one call ----

def told_values(event, arg):
    """An argument's value and the object that it is a member of; what the kernel wrote stands with the response."""
    places = {'in': ('requestParameters',), 'out': ('responseElements',), 'both': ('requestParameters', 'responseElements'),
              'changed': ('requestParameters', 'responseElements'), 'remains': ('responseElements',),
              'spent': ('requestParameters', 'responseElements')}
    default = 'out' if arg['kind'] in ('SOCKADDR_OUT', 'INT_PAIR_OUT') else 'in'
    name = arg['name']
    # Vectors that were read into are the caller's all the same.
    for place in places.get('both' if arg['kind'] == 'VECTORS' else arg.get('direction', default), places['both']):
        members = event.get(place, {})
        if name in members:
            yield place, members[name], members


def is_content(arg, token):
    """Content that is not recorded: what is sent to netlink sockets strace prints as what it means."""
    if arg['kind'] == 'CONTENT':
        return isinstance(token, Array)
    return arg['kind'] == 'SENT' and isinstance(token, (Str, Array))


def compare_absent(call, event, arg, token, where):
    """An argument of the catalogue that the event has no member of."""
    if isinstance(token, Named):
        token = token.value
    if arg['name'] in event.get('requestParameters', {}).get('unreadable', ()) and is_address(token):
        return
    if isinstance(token, Num) and arg['kind'] in POINTERS:
        return
    if isinstance(token, Str) and not token.bytes and not token.cut:
        return  # there is none
    if is_content(arg, token):
        yield Difference('content', where, token.text(), '')
    elif not is_address(token) and token.text() != '[]':
        yield Difference('untold argument', where, token.text(), '')


def named_token(call, key):
    return next((a for a in call.args if isinstance(a, Named) and a.name == key), None)


def row_arguments(event, row):
    """The arguments of the row, or those of the command that the event is of."""
    told = event.get('requestParameters', {})
    for command in row.get('commands', ()):
        if 'arguments' not in command:
            continue
        value, _, also = command['value'].partition(', ')
        name, _, also_value = also.rpartition(' ')
        if told.get(command['argument']) in (value, [value]) and (not also or str(told.get(name)) == also_value):
            return command['arguments']
    return row['arguments']


# Arguments that strace leaves out when it prints so many.
LEFT_OUT = {('ptrace', 3): ('address',), ('quotactl', 3): ('id',), ('quotactl_fd', 3): ('id',),
            ('sigsuspend', 1): ('history0', 'history1')}


def arguments(call, event, row):
    """Pairs of the catalogue's argument and strace's token. What strace has and no argument is paired with None."""
    args = [a for a in row_arguments(event, row) if a['kind'] not in ('HIGH', 'UNUSED') and a['kind'] not in POINTED]
    if call.name == 'clone':
        yield from clone_arguments(call, event, row['arguments'])
        return
    if call.name == '_llseek' and len(call.args) == 4:
        offset = call.args[1]
        words = [Num(offset.value >> 32 & 0xffffffff, offset.spelled), Num(offset.value & 0xffffffff, offset.spelled)]
        yield from zip(args, [call.args[0], *words, *call.args[2:]])
        return
    left_out = LEFT_OUT.get((call.name, len(call.args)), ())
    args = [a for a in args if a['name'] not in left_out]
    for i, token in enumerate(call.args):
        yield (args[i] if i < len(args) else None), token


# One register, which is of one or the other use.
CLONE = {'child_stack': ('stack',), 'flags': ('flags',), 'parent_tid': ('pidFd', 'parentTid'), 'tls': ('tls',),
         'child_tidptr': ('childTid',)}


def clone_arguments(call, event, args):
    by_name = {a['name']: a for a in args}
    for token in call.args:
        names = CLONE.get(token.name, ()) if isinstance(token, Named) else ()
        told = [n for n in names if any(n in event.get(place, ()) for place in PLACES)]
        yield by_name.get((told or [*names, None])[0] if not told else told[0]), token


def compare_executed(call, event):
    """A successful exec: the path as given; the arguments stand with the process, which is the new one's."""
    request = event.get('requestParameters', {})
    names = {'execve': ['path', 'argv', 'envp'], 'execveat': ['dirfd', 'path', 'argv', 'envp', 'flags']}[call.name]
    for name, token in zip(names, call.args):
        if name == 'argv':
            told = {'argv' + k[4:]: v for k, v in event['process'].items() if k in ('args', 'argsBase64')}
        else:
            told = request
        if name in told:
            ctx = Context(call, event, {'name': name, 'kind': 'ARGV'}, name, told)
            yield from match_argument(ctx, token, told[name])
        elif not (name == 'flags' and token.text() == '0'):
            yield Difference('untold argument', name, token.text(), '')


def compare_result(call, event, row):
    told = event.get('errorCode')
    if call.error != told:
        yield Difference('error', 'errorCode', call.error or str(call.result), told)
        return
    if call.error or call.result is None:
        return
    result = event.get('responseElements', {}).get('result')
    kind = (row or {}).get('result') or {'name': 'result', 'kind': 'LONG'}
    ctx = Context(call, event, kind, 'result', event.get('responseElements', {}), True)
    if result is None:
        yield Difference('result', 'result', str(call.result), None)
        return
    for difference in match_argument(ctx, Num(call.result, str(call.result)), result):
        difference.reason = 'result'
        yield difference


def compare_words(call, event):
    """A number that nobody knows: the event has the registers, strace hardly more."""
    for i, token in enumerate(call.args):
        name = 'arg%d' % i
        word = event.get('requestParameters', {}).get(name)
        if not isinstance(token, (Num, Name)) or word is None:
            yield Difference('undecoded row', name, token.text(), '')
        elif isinstance(token, Num):
            yield from match_argument(Context(call, event, {'name': name, 'kind': 'HEX'}, name, {}), token, word)
        elif token.name != 'NULL':
            yield Difference('undecoded row', name, token.text(), '')


def changes(token, name=''):
    """What the kernel wrote over a part of an argument: (the part, the member that it is)."""
    if isinstance(token, Named):
        token = token.value
    if isinstance(token, Change):
        yield name, token
    elif isinstance(token, Struct):
        for key, value in token.members:
            yield from changes(value, key)
    elif isinstance(token, Array):
        for item in token.items:
            yield from changes(item, name)


def compare_answers(ctx, token):
    """Answers of the kernel, which strace writes behind =>, in an argument that the response does not have. What a member of it
    points to may be an argument of its own there; or the request has what was written over the caller's."""
    request = ctx.event.get(PLACES[0], {}).get(ctx.arg['name'])
    for name, change in changes(token):
        keys = list(keys_for(name or '?'))
        found = next((f for f in (ctx.argument(k, PLACES[1]) for k in keys) if f), None)
        if found:
            yield from match_argument(found[1], change, found[0])
            continue
        told = next((request[k] for k in keys if isinstance(request, dict) and k in request), request)
        if not is_address(change.new) and not is_told(ctx, change.new, told):
            yield ctx.inner(name).differ('untold answer', change, '')


def compare_arguments(call, event, row):
    if not row:
        yield from compare_words(call, event)
        return
    check = 'AT_EXECVE_CHECK' in event.get('requestParameters', {}).get('flags', ())
    if call.name in ('execve', 'execveat') and call.result == 0 and not check:
        yield from compare_executed(call, event)
        return
    if 'via' in event['syscall'] and call.name == event['syscall']['via']:
        return  # strace could not read the part's arguments
    if call.name.startswith('syscall_0x'):
        yield Difference('unknown to strace', '', call.name, event_name(event))
        return
    rows = row_arguments(event, row)
    for i, (arg, token) in enumerate(arguments(call, event, row)):
        if arg is None and 'commands' in row and isinstance(token, (Num, Name)):
            continue  # strace prints all words, also those that the command does not take
        if arg is None:
            yield Difference('untold argument', token.name if isinstance(token, Named) else 'arg%d' % i, token.text(), '')
            continue
        values_ = list(told_values(event, arg))
        for place, told, siblings in values_:
            ctx = Context(call, event, arg, arg['name'], siblings, place == 'responseElements', rows)
            yield from match_argument(ctx, token, told)
        if not values_:
            yield from compare_absent(call, event, arg, token, arg['name'])
        if not any(place == 'responseElements' for place, _, _ in values_):
            yield from compare_answers(Context(call, event, arg, arg['name'], {}, True, rows), token)


def compare_call(call, event, catalogue):
    row = catalogue.row(event)
    yield from compare_arguments(call, event, row)
    if call.seen_end:
        yield from compare_result(call, event, row)


# ---- all of them ----

def compact(event):
    keys = ('syscall', 'requestParameters', 'responseElements', 'errorCode')
    return json.dumps({k: event[k] for k in keys if k in event}, ensure_ascii=False, separators=(',', ':'))


class Report:
    def __init__(self, limit):
        self.limit, self.counts, self.shown, self.failed = limit, collections.Counter(), {}, collections.Counter()
        self.pairs, self.ended = collections.Counter(), 0

    def add(self, file, name, difference, call, event):
        where = re.sub(r'\.\d+(?=\.|$)', '[]', difference.where)
        if explained.explain(name, where, difference.reason, (call, event, difference)):
            return
        key = name, where, difference.reason
        self.counts[key] += 1
        self.failed[file] += 1
        shown = self.shown.setdefault(key, [])
        if len(shown) < self.limit:
            shown.append((difference, call, event))

    def summary(self, out):
        for (name, where, reason), count in sorted(self.counts.items(), key=lambda kv: (kv[0][2], -kv[1], kv[0])):
            difference, _, _ = self.shown[name, where, reason][0]
            sides = '%s | %s' % (difference.strace, json.dumps(difference.event, ensure_ascii=False))
            print('%6d  %-16s %-22s %-24s %s' % (count, reason, name, where, sides[:150]), file=out)
        print('%d calls compared, %d differences of %d kinds; %d calls at the end of killed threads' %
              (sum(self.pairs.values()), sum(self.counts.values()), len(self.counts), self.ended), file=out)

    def tap(self, files, out):
        for file in files:
            print('%sok %s: %d calls are told the same' % ('not ' if self.failed[file] else '', os.path.basename(file),
                                                           self.pairs[file]), file=out)

    def details(self, out):
        for (name, where, reason), shown in sorted(self.shown.items()):
            print('%s %s: %s (%d times)' % (name, where, reason, self.counts[name, where, reason]), file=out)
            for difference, call, event in shown:
                print('  strace:    %s' % difference.strace, file=out)
                print('  hosttrail: %s' % json.dumps(difference.event, ensure_ascii=False), file=out)
                if call:
                    print('    %s:%d: %d %s' % (os.path.basename(call.file), call.line, call.tid, call.raw[:600]), file=out)
                if event:
                    print('    event %d: %d %s' % (event['line'], event['process']['tid'], compact(event)[:900]), file=out)


def untraced(threads, calls):
    """The threads that strace was not to follow, and their children. What clone returned is their number in a namespace of
    the caller's; but the event has whose they are."""
    wanted, found, processes = collections.Counter(), set(), set()
    for events in threads.values():
        for event in events:
            told, process = json.dumps(event.get('requestParameters')), event['process']
            if event['syscall'].get('name') in ('clone', 'clone3') and 'CLONE_UNTRACED' in told and 'responseElements' in event:
                thread, sibling = 'CLONE_THREAD' in told, 'CLONE_PARENT"' in told
                wanted[thread, process['ppid' if sibling and not thread else 'pid']] += 1
    for tid, events in sorted(threads.items(), key=lambda item: item[1][0]['monotonicTime']):
        process = events[0]['process']
        pid, parent = process.get('pid'), process.get('ppid')
        thread = tid != pid
        key = thread, pid if thread else parent
        if tid not in calls and (wanted[key] or {pid, parent} & processes):
            wanted[key] -= 1
            found.add(tid)
            processes.update([] if thread else [pid])
    return found


def compare_all(arguments_, report):
    catalogue = Catalogue(arguments_.catalogue)
    threads, losses = read_events(arguments_.events)
    calls = collections.defaultdict(list)
    inside = set()
    for file in arguments_.strace:
        all_calls = read_calls(file)
        outside = min(all_calls, key=lambda c: c.line).tid if all_calls else None
        for call in all_calls:
            if call.tid != outside:
                calls[call.tid].append(call)
                inside.add(file)
    for file in arguments_.strace:
        if file not in inside:
            report.add(file, 'strace', Difference('nothing was traced', '', file, ''), None, None)
    for event in losses:
        report.add(arguments_.strace[0], 'EventsLost', Difference('lost', '', '', event['requestParameters']), None, None)
    for tid in sorted((set(calls) | set(threads)) - untraced(threads, calls)):
        file = arguments_.strace[0]
        events = without_skipped(calls.get(tid), threads.get(tid, []))
        report.ended += len(threads.get(tid, [])) - len(events)
        for call, event, ended in mark_ends(pair(calls.get(tid, []), events)):
            if call:
                file = call.file
            if ended:
                report.ended += 1
                continue
            if call and event:
                report.pairs[file] += 1
                for difference in compare_call(call, event, catalogue):
                    report.add(file, call.name, difference, call, event)
            elif call:
                report.add(file, call.name, Difference('no event', '', call.raw[:200], ''), call, None)
            else:
                report.add(file, event_name(event), Difference('only an event', '', '', compact(event)[:200]), None, event)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--catalogue', required=True)
    parser.add_argument('--events', required=True)
    parser.add_argument('--summary', action='store_true')
    parser.add_argument('--explained', action='store_true')
    parser.add_argument('--limit', type=int, default=3)
    parser.add_argument('--tap', action='store_true')
    parser.add_argument('strace', nargs='+')
    arguments_ = parser.parse_args()
    report = Report(arguments_.limit)
    compare_all(arguments_, report)
    if arguments_.tap:
        report.tap(arguments_.strace, sys.stdout)
    if arguments_.explained:
        for row in sorted(explained.EXPLAINED, key=lambda r: -r.count):
            print('%7d  %-16s %s %s: %s' % (row.count, row.reason, ' '.join(row.calls), row.argument, row.why))
    elif arguments_.summary:
        report.summary(sys.stdout)
    else:
        report.details(sys.stdout)
    return 1 if report.counts else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
