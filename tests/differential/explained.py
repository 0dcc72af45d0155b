# SPDX-License-Identifier: BSD-2-Clause
"""The differences that are as they should be, each with its reason.

A row is (calls, argument, reason, why): patterns of the shell for the call's name and the argument's, the reason
as compare.py gives it, and in words why both sides are right. A row that nothing needs any more is an error of
`compare.py --strict`, so that the list cannot outlive what it explains.
"""

from fnmatch import fnmatchcase


class Row:
    __slots__ = ('calls', 'argument', 'reason', 'why', 'holds', 'used')

    def __init__(self, calls, argument, reason, why, holds=None):
        self.calls, self.argument, self.reason, self.why, self.holds = calls.split(), argument, reason, why, holds
        self.used = 0


EXPLAINED = [
    Row('execve execveat', 'envp', 'untold argument', 'the environment holds secrets and is never recorded'),
    Row('*', '*', 'content', 'content that was read or written is not recorded'),
    Row('*', '*', 'told more', 'strace prints an address, the event what is there'),
]


def explain(call, argument, reason, difference=None):
    for row in EXPLAINED:
        if row.reason == reason and fnmatchcase(argument, row.argument) and \
                any(fnmatchcase(call, c) for c in row.calls) and (not row.holds or row.holds(difference)):
            row.used += 1
            return row
    return None
