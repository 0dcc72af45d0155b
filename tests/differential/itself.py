# SPDX-License-Identifier: BSD-2-Clause
"""That the comparison finds what differs, and nothing else: a table of what strace wrote, what an event says, and the
differences there are, as argument and reason. TAP."""

import argparse
import json
import os
import sys
import tempfile

import compare

# (strace, requestParameters, responseElements or the error, differences)
SENT = {'address': None, 'addressLength': 0, 'vectors': [{'base': '0x1', 'length': 2}], 'vectorCount': 1, 'data': 'ab',
        'control': [{'level': 'SOL_SOCKET', 'type': 'SCM_RIGHTS', 'value': [{'fd': 5, 'fdPath': '/x'}]}], 'controlLength': 24,
        'flags': []}

POLL = ('poll([{fd=3, events=POLLIN}, {fd=4, events=POLLIN}, {fd=5, events=POLLIN}], 3, 0) = 3 '
        '([{fd=3, revents=POLLIN}, {fd=4, revents=POLLIN}, ...])')


def polled(*found):
    """What an event has of POLL, and that this was found."""
    return ({'fds': [{'fd': fd, 'events': ['POLLIN']} for fd in (3, 4, 5)], 'count': 3, 'timeout': 0},
            {'result': 3, 'fds': [{'fd': fd, 'returnedEvents': [name]} for fd, name in found]})


CASES = [
    # numbers
    ('close(3) = 0', {'fd': 3}, 0, []),
    ('close(3) = 0', {'fd': 4}, 0, ['fd value']),
    ('close(-1) = -1 EBADF (Bad file descriptor)', {'fd': -1}, 'EBADF', []),
    ('close(-1) = -1 EBADF (Bad file descriptor)', {'fd': -1}, 'EINVAL', ['errorCode error']),
    ('close(-1) = -1 EBADF (Bad file descriptor)', {'fd': -1}, 0, ['errorCode error']),
    ('close(3) = 0', {'fd': 3}, 'EBADF', ['errorCode error']),
    ('close(3) = 0', {}, 0, ['fd untold argument']),
    ('lseek(3, -5, SEEK_SET) = 7', {'fd': 3, 'offset': -5, 'whence': 'SEEK_SET'}, 7, []),
    ('lseek(3, -5, SEEK_SET) = 7', {'fd': 3, 'offset': 5, 'whence': 'SEEK_SET'}, 8, ['offset value', 'result result']),
    ('lseek(3, 0, 0x4d /* SEEK_??? */) = 0', {'fd': 3, 'offset': 0, 'whence': 77}, 0, []),
    ('mknodat(AT_FDCWD, "n", S_IFCHR|0644, makedev(0x1, 0x103)) = 0',
     {'dirfd': 'AT_FDCWD', 'path': 'n', 'mode': '020644', 'device': '1:259'}, 0, []),
    ('mknodat(AT_FDCWD, "n", S_IFBLK|0644, makedev(0x1, 0x3)) = 0',
     {'dirfd': 'AT_FDCWD', 'path': 'n', 'mode': '020644', 'device': '1:4'}, 0, ['device value', 'mode value']),
    ('fchown(3, 5, -1) = 0', {'fd': 3, 'owner': 5, 'group': None}, 0, []),
    ('fchown(3, -1, 4294967295) = 0', {'fd': 3, 'owner': None, 'group': None}, 0, []),
    ('fchown(3, 5, 6) = 0', {'fd': 3, 'owner': 5, 'group': None}, 0, ['group value']),
    # names
    ('openat(AT_FDCWD, "/etc/x", O_WRONLY|O_CREAT, 0600) = 3',
     {'dirfd': 'AT_FDCWD', 'path': '/etc/x', 'flags': ['O_WRONLY', 'O_CREAT'], 'mode': '0600'}, 3, []),
    ('openat(7, "/etc/x", O_WRONLY|O_CREAT, 0600) = 3',
     {'dirfd': 'AT_FDCWD', 'path': '/etc/y', 'flags': ['O_WRONLY'], 'mode': '0644'}, 3,
     ['dirfd value', 'flags value', 'mode value', 'path value']),
    ('openat(7, "x", O_RDONLY|0x80000000) = 3', {'dirfd': 7, 'path': 'x', 'flags': ['O_RDONLY', '0x80000000']}, 3, []),
    ('openat(7, "x", O_RDONLY|0x80000000) = 3', {'dirfd': 7, 'path': 'x', 'flags': ['O_RDONLY']}, 3, ['flags value']),
    ('openat(7, "x", O_RDONLY) = 3', {'dirfd': 7, 'path': 'x', 'flags': ['O_RDONLY', 'O_CLOEXEC']}, 3, ['flags value']),
    ('flock(3, LOCK_EX|LOCK_NB) = 0', {'fd': 3, 'operation': ['LOCK_NB', 'LOCK_EX']}, 0, []),
    ('flock(3, LOCK_EX|LOCK_NB) = 0', {'fd': 3, 'operation': ['LOCK_EX']}, 0, ['operation value']),
    ('kill(7, SIGTERM) = 0', {'pid': 7, 'signal': 'SIGTERM'}, 0, []),
    ('kill(7, SIGTERM) = 0', {'pid': 7, 'signal': 'SIGKILL'}, 0, ['signal value']),
    ('kill(-1, 0) = 0', {'pid': -1, 'signal': 0}, 0, []),
    ('socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP) = 3',
     {'family': 'AF_INET', 'type': ['SOCK_STREAM', 'SOCK_CLOEXEC'], 'protocol': 'IPPROTO_TCP'}, 3, []),
    ('socket(AF_INET6, SOCK_DGRAM, IPPROTO_IP) = 3',
     {'family': 'AF_INET', 'type': ['SOCK_STREAM'], 'protocol': 'IPPROTO_TCP'}, 3,
     ['family value', 'protocol value', 'type value']),
    # strings
    ('unlink("a\\303\\244\\377\\"\\n") = 0', {'path': 'a\u00e4\ufffd"\n', 'pathBase64': 'YcOk/yIK'}, 0, []),
    ('unlink("a\\303\\244\\376\\"\\n") = 0', {'path': 'a\u00e4\ufffd"\n', 'pathBase64': 'YcOk/yIK'}, 0, ['path value']),
    ('unlink(NULL) = -1 EFAULT (Bad address)', {'path': None}, 'EFAULT', []),
    ('unlink(0x7) = -1 EFAULT (Bad address)', {'unreadable': ['path']}, 'EFAULT', []),
    ('unlink("x") = -1 EFAULT (Bad address)', {'unreadable': ['path']}, 'EFAULT', ['path untold argument']),
    ('unlink("x") = 0', {'path': None}, 0, ['path value']),
    ('execve("/x", ["a", "b"], ["E=1"]) = -1 ENOENT (No such file or directory)',
     {'path': '/x', 'argv': ['a', 'b']}, 'ENOENT', []),
    ('execve("/x", ["a", "b"], ["E=1"]) = -1 ENOENT (No such file or directory)',
     {'path': '/x', 'argv': ['a', 'c']}, 'ENOENT', ['argv.1 value']),
    ('execve("/x", ["a", "b"], ["E=1"]) = -1 ENOENT (No such file or directory)',
     {'path': '/x', 'argv': ['a']}, 'ENOENT', ['argv length']),
    ('execve("/x", ["a", "b"], ["E=1"]) = 0', {'path': '/x'}, 0, []),
    ('execve("/x", ["a", "c"], ["E=1"]) = 0', {'path': '/x'}, 0, ['argv.1 value']),
    # structs and addresses
    ('connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("1.2.3.4")}, 16) = 0',
     {'fd': 3, 'address': {'family': 'AF_INET', 'address': '1.2.3.4', 'port': 80}, 'addressLength': 16}, 0, []),
    ('connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("1.2.3.4")}, 16) = 0',
     {'fd': 3, 'address': {'family': 'AF_INET', 'address': '1.2.3.4', 'port': 81}, 'addressLength': 16}, 0,
     ['address value']),
    ('connect(3, {sa_family=AF_UNIX, sun_path=@"a\\0b"}, 6) = 0',
     {'fd': 3, 'address': {'family': 'AF_UNIX', 'abstract': 'a\0b'}, 'addressLength': 6}, 0, []),
    ('connect(3, {sa_family=AF_UNIX, sun_path=@"a\\0b"}, 6) = 0',
     {'fd': 3, 'address': {'family': 'AF_UNIX', 'path': 'a\0b'}, 'addressLength': 6}, 0, ['address value']),
    ('utimensat(AT_FDCWD, "x", [{tv_sec=1, tv_nsec=2} /* 1970 */, UTIME_OMIT], 0) = 0',
     {'dirfd': 'AT_FDCWD', 'path': 'x', 'times': [{'seconds': 1, 'nanoseconds': 2}, 'UTIME_OMIT'], 'flags': []}, 0, []),
    ('utimensat(AT_FDCWD, "x", [{tv_sec=1, tv_nsec=2} /* 1970 */, UTIME_OMIT], 0) = 0',
     {'dirfd': 'AT_FDCWD', 'path': 'x', 'times': [{'seconds': 1, 'nanoseconds': 3}, 'UTIME_NOW'], 'flags': []}, 0,
     ['times.0.nanoseconds value', 'times.1 value']),
    ('prlimit64(0, RLIMIT_NOFILE, {rlim_cur=8*1024, rlim_max=RLIM64_INFINITY}, NULL) = 0',
     {'pid': 0, 'resource': 'RLIMIT_NOFILE', 'limit': {'current': 8192, 'maximum': None}}, 0, []),
    ('prlimit64(0, RLIMIT_NOFILE, {rlim_cur=8*1024, rlim_max=8*1024}, NULL) = 0',
     {'pid': 0, 'resource': 'RLIMIT_NOFILE', 'limit': {'current': 8193, 'maximum': None}}, 0,
     ['limit.current value', 'limit.maximum value']),
    ('openat2(AT_FDCWD, "x", {flags=O_RDONLY, resolve=RESOLVE_BENEATH}, 24) = 3',
     {'dirfd': 'AT_FDCWD', 'path': 'x', 'how': {'flags': ['O_RDONLY'], 'mode': '0000', 'resolve': ['RESOLVE_BENEATH']},
      'size': 24}, 3, []),
    ('openat2(AT_FDCWD, "x", {flags=O_RDONLY, resolve=RESOLVE_BENEATH}, 24) = 3',
     {'dirfd': 'AT_FDCWD', 'path': 'x', 'how': {'flags': ['O_RDWR'], 'mode': '0000', 'resolve': []}, 'size': 24}, 3,
     ['how.flags value', 'how.resolve value']),
    ('pipe2([3, 4], O_CLOEXEC) = 0', {'flags': ['O_CLOEXEC']}, {'result': 0, 'descriptors': [3, 4]}, []),
    ('pipe2([3, 4], O_CLOEXEC) = 0', {'flags': ['O_CLOEXEC']}, {'result': 0, 'descriptors': [3, 5]}, ['descriptors.1 value']),
    ('writev(3, [{iov_base="ab", iov_len=2}, {iov_base="c", iov_len=1}], 2) = 3',
     {'fd': 3, 'vectors': [{'base': '0x1', 'length': 2}, {'base': '0x2', 'length': 1}], 'data': 'ab', 'vectorCount': 2},
     3, []),
    ('writev(3, [{iov_base="ab", iov_len=2}, {iov_base="c", iov_len=1}], 2) = 3',
     {'fd': 3, 'vectors': [{'base': '0x1', 'length': 2}, {'base': '0x2', 'length': 2}], 'data': 'ax', 'vectorCount': 2},
     3, ['vectors.1.length value', 'vectors.data value']),
    # requests of ioctl
    ('ioctl(3, TIOCSTI, "x") = 0', {'fd': 3, 'request': 'TIOCSTI', 'argument': 'x'}, 0, []),
    ('ioctl(3, TIOCSTI, "x") = 0', {'fd': 3, 'request': 'TIOCSTI', 'argument': 'y'}, 0, ['argument value']),
    ('ioctl(3, TIOCSTI, "x") = 0', {'fd': 3, 'request': 'TIOCSTI'}, 0, ['argument untold argument']),
    ('ioctl(3, TCSETS, {c_iflag=, c_oflag=NL0|OPOST, c_cflag=B0|, c_lflag=ECHO, c_line=N_TTY, c_cc="\\x01"}) = 0',
     {'fd': 3, 'request': 'TCSETS', 'argument': {'inputFlags': [], 'outputFlags': ['OPOST'], 'controlFlags': [],
                                                 'localFlags': ['ISIG'], 'line': 'N_TTY', 'controlCharacters': '01'}}, 0,
     ['argument.localFlags value']),
    ('ioctl(3, KDSKBDIACR, {kb_cnt=1, kbdiacr=[{diacr=\'"\', base=\'\\x01\', result=\'\\\'\'}]}) = 0',
     {'fd': 3, 'request': 'KDSKBDIACR', 'argument': {'count': 2}}, 0, ['argument.count value']),
    ('ioctl(3, UFFDIO_ZEROPAGE, {range={start=0x1000, len=0x2000}, mode=UFFDIO_ZEROPAGE_MODE_DONTWAKE}) = -1 ENOTTY (Bad)',
     {'fd': 3, 'request': 'UFFDIO_ZEROPAGE', 'argument': {'start': '0x1000', 'length': 4096, 'mode': []}}, 'ENOTTY',
     ['argument.length value', 'argument.mode value']),
    # messages
    ('sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="ab", iov_len=2}], msg_iovlen=1, msg_control=[{cmsg_len=20, '
     'cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5]}], msg_controllen=24, msg_flags=0}, 0) = 2',
     {'fd': 3, 'message': SENT, 'flags': []}, 2, []),
    ('sendmsg(3, {msg_name={sa_family=AF_UNIX}, msg_namelen=2, msg_iov=[{iov_base="ax", iov_len=3}], msg_iovlen=2, '
     'msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[6]}], msg_controllen=20, msg_flags=MSG_OOB}, 0) = 2',
     {'fd': 3, 'message': SENT, 'flags': []}, 2,
     ['message.address value', 'message.addressLength value', 'message.control.0.value.0 value', 'message.controlLength value',
      'message.data value', 'message.flags value', 'message.vectorCount value', 'message.vectors.0.length value']),
    ('recvmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="ab", iov_len=9}], msg_iovlen=1, msg_control=[{cmsg_len=20, '
     'cmsg_level=SOL_IP, cmsg_type=IP_TTL, cmsg_data=[64]}], msg_controllen=24, msg_flags=MSG_TRUNC}, 0) = 2',
     {'fd': 3, 'message': {'addressLength': 0, 'vectors': [{'base': '0x1', 'length': 9}], 'vectorCount': 1}, 'flags': []},
     {'result': 2, 'message': {'data': 'ab', 'control': [{'level': 'SOL_IP', 'type': 'IP_TTL', 'value': 64}], 'controlLength': 24,
                               'flags': ['MSG_TRUNC']}}, []),
    ('recvmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="ab", iov_len=9}], msg_iovlen=1, msg_control=[{cmsg_len=20, '
     'cmsg_level=SOL_IP, cmsg_type=IP_TTL, cmsg_data=[64]}], msg_controllen=24, msg_flags=MSG_TRUNC}, 0) = 2',
     {'fd': 3, 'message': {'addressLength': 0, 'vectors': [{'base': '0x1', 'length': 9}], 'vectorCount': 1}, 'flags': []},
     {'result': 2, 'message': {'control': [{'level': 'SOL_IP', 'type': 'IP_TOS', 'value': 63}], 'controlLength': 24, 'flags': []}},
     ['message.control.0.type value', 'message.control.0.value value', 'message.data untold member', 'message.flags value']),
    ('sendmmsg(3, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[], msg_iovlen=0, msg_controllen=0, msg_flags=0}, msg_len=7}], 1, 0) = 1',
     {'fd': 3, 'messages': [{'address': None, 'addressLength': 0, 'vectors': None, 'vectorCount': 0, 'control': None, 'controlLength': 0,
                             'flags': []}], 'messageCount': 1, 'flags': []}, {'result': 1, 'messages': [{'length': 8}]},
     ['messages.0.length value']),
    # results
    ('mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000',
     {'address': '0x0', 'length': 4096, 'protection': ['PROT_NONE'], 'flags': ['MAP_PRIVATE', 'MAP_ANONYMOUS'], 'fd': -1,
      'offset': '0x0'}, 0x7f0000000000, []),
    ('read(3, "abc", 4096) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)',
     {'fd': 3, 'count': 4096}, 'ERESTARTSYS', ['data untold argument']),
    ('read(3, 0x7ffd5bf53ac0, 4096) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)',
     {'fd': 3, 'count': 4096}, 'ERESTARTSYS', []),
    ('read(3, "abc", 4096) = 3', {'fd': 3, 'count': 4096}, {'result': 3, 'data': 'abc'}, []),
    ('read(3, "abc", 4096) = 3', {'fd': 3, 'count': 4096}, {'result': 3, 'data': 'abd'}, ['data value']),
    # lists that strace cuts
    ('listxattr("x", "user.a\\0user.b\\0us"..., 30) = 30', {'path': 'x', 'size': 30},
     {'result': 30, 'names': ['user.a', 'user.b', 'user.c', 'user.d']}, []),
    ('listxattr("x", "user.a\\0user.b\\0us"..., 30) = 30', {'path': 'x', 'size': 30},
     {'result': 30, 'names': ['user.a', 'user.c', 'user.c', 'user.d']}, ['names value']),
    ('listxattr("x", "user.a\\0user.b\\0us"..., 30) = 30', {'path': 'x', 'size': 30},
     {'result': 30, 'names': ['user.a', 'user.b', 'system.c']}, ['names value']),
    ('listxattr("x", "user.a\\0user.b\\0us"..., 30) = 30', {'path': 'x', 'size': 30},
     {'result': 30, 'names': ['user.a', 'user.b']}, ['names value']),
    (POLL, *polled((3, 'POLLIN'), (4, 'POLLIN'), (5, 'POLLIN')), []),
    (POLL, *polled((3, 'POLLIN'), (5, 'POLLIN'), (5, 'POLLIN')), ['fds.fd value']),
    (POLL, *polled((3, 'POLLIN'), (4, 'POLLHUP'), (5, 'POLLIN')), ['fds.returnedEvents value']),
    (POLL, *polled((3, 'POLLIN')), ['fds length']),
    # what is explained only where it holds
    ('keyctl(KEYCTL_DESCRIBE, 7, "s", 1) = 38', {'operation': 'KEYCTL_DESCRIBE', 'key': 7, 'length': 1}, 38, []),
    ('keyctl(KEYCTL_DESCRIBE, 7, "s", 1) = 1', {'operation': 'KEYCTL_DESCRIBE', 'key': 7, 'length': 1}, 1,
     ['description untold argument']),
]


def event_of(strace, request, outcome, rows, time):
    name = strace.split('(')[0]
    event = {'eventName': 'X', 'monotonicTime': time, 'process': {'tid': 7, 'args': ['a', 'b']},
             'syscall': {'name': name, 'number': rows[name]['numbers']['x86_64'], 'abi': 'x86_64'}, 'requestParameters': request}
    if isinstance(outcome, str):
        event['errorCode'] = outcome
    else:
        event['responseElements'] = outcome if isinstance(outcome, dict) else {'result': outcome}
    return event


class Kept(compare.Report):
    """Keeps what differs, without the argument's place in the text."""

    def __init__(self):
        super().__init__(1)
        self.kept = []

    def add(self, file, name, difference, call, event):
        before = sum(self.counts.values())
        super().add(file, name, difference, call, event)
        if sum(self.counts.values()) > before:
            self.kept.append(('%s %s' % (difference.where, difference.reason)).strip())


def differences(directory, catalogue, lines, events):
    paths = [os.path.join(directory, name) for name in ('strace', 'events')]
    with open(paths[0], 'w', encoding='utf-8') as file:
        file.write('6 execve("incgroup", [], []) = 0\n' + ''.join(line + '\n' for line in lines))
    with open(paths[1], 'w', encoding='utf-8') as file:
        file.writelines(json.dumps(event) + '\n' for event in events)
    report = Kept()
    compare.compare_all(argparse.Namespace(catalogue=catalogue, events=paths[1], strace=[paths[0]]), report)
    return sorted(report.kept)


def check(name, wanted, seen):
    check.count += 1
    print('%sok %d - %s' % ('' if wanted == seen else 'not ', check.count, name))
    if wanted != seen:
        print('#   wanted %s\n#   seen   %s' % (wanted, seen))
        check.failed = True


check.count, check.failed = 0, False

TWO = ['7 close(3) = 0', '7 dup(4) = 5', '7 close(6) = 0', '7 exit_group(0) = ?', '7 +++ exited with 0 +++']


def sequences(directory, catalogue, rows):
    """Events that are missing, too many, lost, of other calls."""
    events = [event_of('close(3)', {'fd': 3}, 0, rows, 1), event_of('dup(4)', {'fd': 4}, 5, rows, 2),
              event_of('close(6)', {'fd': 6}, 0, rows, 3), event_of('exit_group(0)', {'status': 0}, 0, rows, 4)]
    lost = {'eventName': 'EventsLost', 'requestParameters': {'count': 1}}
    check('a sequence', [], differences(directory, catalogue, TWO, events))
    check('the order of the lines means nothing', [], differences(directory, catalogue, TWO, events[::-1]))
    check('an event is missing', ['no event'], differences(directory, catalogue, TWO, events[:1] + events[2:]))
    check('an event is too many', ['only an event'], differences(directory, catalogue, TWO, events + [dict(events[1], monotonicTime=9)]))
    check('another call', ['no event', 'only an event'], differences(
        directory, catalogue, TWO, [events[0], event_of('fsync(4)', {'fd': 4}, 5, rows, 2)] + events[2:]))
    check('events were lost', ['lost'], differences(directory, catalogue, TWO, events + [lost]))
    check('another thread', ['only an event'], differences(
        directory, catalogue, TWO, events + [dict(events[0], process={'tid': 8})]))
    check('nothing was recorded', ['no event'] * 4, differences(directory, catalogue, TWO, []))
    check('halves of a call', [], differences(directory, catalogue, [
        '7 close(3 <unfinished ...>', '8 close(9) = 0', '7 <... close resumed>) = 0', '7 dup(4 <unfinished ...>',
        '7 <... dup resumed>) = 5', *TWO[2:]], events + [dict(event_of('close(9)', {'fd': 9}, 0, rows, 1), process={'tid': 8})]))
    skipped = TWO[:2] + ['7 exit_group(0 <unfinished ...>', '7 +++ exited with 0 +++']
    end = event_of('exit_group(0)', {'status': 0}, {'usage': {}}, rows, 4)
    passed_over = event_of('exit_group(0)', {'status': 0}, 'ENOSYS', rows, 3)
    check('a thread that another ended where it was about to exit', [], differences(
        directory, catalogue, skipped, events[:2] + [passed_over, end]))
    check('a call that was skipped, and not the last', ['only an event'], differences(
        directory, catalogue, skipped, events[:2] + [passed_over, events[0], end]))
    clone = '7 clone(child_stack=0x10, flags=CLONE_UNTRACED) = 5'
    cloned = dict(event_of('clone()', {'flags': ['CLONE_UNTRACED'], 'stack': '0x10'}, 5, rows, 1),
                  process={'tid': 7, 'pid': 7, 'ppid': 6})
    child = [dict(events[0], process={'tid': n, 'pid': n, 'ppid': p}) for n, p in ((8, 7), (9, 8), (10, 7))]
    check('a thread that is not traced, and its child', [], differences(
        directory, catalogue, [clone, *TWO[3:]], [cloned, events[3]] + child[:2]))
    check('another thread of which there is no trace', ['only an event'], differences(
        directory, catalogue, [clone, *TWO[3:]], [cloned, events[3]] + child))
    killed = TWO[:2] + ['7 pause( <unfinished ...>', '7 +++ killed by SIGKILL +++']
    check('a thread that was killed in a call', [], differences(directory, catalogue, killed, events[:2]))
    check('a thread that was killed while its call was written', [], differences(
        directory, catalogue, TWO[:2] + ['7 ioctl(3, SIOCGIFCONF, {ifc_len= <unfinished ...>', '8 close(9) = 0',
                                         '7 <... ioctl resumed> <unfinished ...>) = ?', '7 +++ killed by SIGKILL +++'],
        events[:2] + [dict(event_of('close(9)', {'fd': 9}, 0, rows, 1), process={'tid': 8})]))
    check('a thread that was killed at the entry of one', [], differences(
        directory, catalogue, killed, events[:2] + [event_of('pause()', {}, 'ENOSYS', rows, 3)]))


def main():
    catalogue = sys.argv[1]
    with open(catalogue, encoding='utf-8') as file:
        rows = {row['name']: row for row in map(json.loads, file) if 'x86_64' in row['numbers']}
    with tempfile.TemporaryDirectory() as directory:
        for strace, request, outcome, wanted in CASES:
            lines = ['7 ' + strace, '7 exit_group(0) = ?', '7 +++ exited with 0 +++']
            events = [event_of(strace, request, outcome, rows, 1), event_of('exit_group(0)', {'status': 0}, 0, rows, 2)]
            check('%s: %s' % (strace[:60], ', '.join(wanted) or 'the same'), sorted(wanted),
                  differences(directory, catalogue, lines, events))
        sequences(directory, catalogue, rows)
    print('1..%d' % check.count)
    return check.failed


if __name__ == '__main__':
    sys.exit(main())
