# SPDX-License-Identifier: BSD-2-Clause
#
# The report as a table for people, 110 columns wide.

def pad(n): . + " " * ([n - length, 0] | max);
def left(n): " " * ([n - length, 0] | max) + .;

# Three digits, or as many as stand before the point.
def digits: if . == null then "-" elif . >= 100 or . <= -100 or . == (. | round) then (. | round | tostring)
	else (. * 10 | round / 10 | tostring) end;
def scaled(unit):
	if unit == "ns" then (if (. | fabs) >= 10000 then "\(. / 1000 | digits) us" else "\(digits) ns" end)
	elif unit == "ms" then "\(digits) ms"
	elif unit == "" then digits
	elif unit == "/s" then (if . >= 1000000 then "\(. / 10000 | round / 100) M/s" else "\(. / 1000 | digits) k/s" end)
	elif unit == "bytes/s" then "\(. / 1000000 | digits) MB/s"
	elif . >= 100000 then "\(. / 1000000 | digits) MB"
	else "\(digits) B" end;

def target: if .atMost then "<= " + (.unit as $u | .atMost | scaled($u)) elif .atLeast then ">= " + (.unit as $u | .atLeast | scaled($u))
	elif .atLeastRatio then ">= \(.atLeastRatio * 100) %" else "" end;
def verdict: if .reached == true then "yes" elif .reached == false then "no" else "" end;
def baseline: if .baseline then (.unit as $u | .baseline.median | scaled($u)) else "" end;
def row: .unit as $u | (.text | pad(54)) + (.median | scaled($u) | left(10))
	+ ("\(.min | scaled($u)) - \(.max | scaled($u))" | left(24)) + (baseline | left(10))
	+ (if .ratio then "\(.ratio * 100 | round / 100)" else "" end | left(7)) + (target | left(11)) + (verdict | left(5));

"\(.version) on \(.machine.cpu), \(.machine.cpus) CPUs\(if .machine.virtual then " (virtual)" else "" end), Linux \(.machine.kernel); audit: \(.machine.audit).",
"Load on CPU 0, recorder on CPU 1. Recorded is a cgroup: its test is part of what a selected call costs.",
(if .losslessLimit == "load" then "The load lost nothing at full speed: it, not the recorder, limits the events without loss." else empty end),
(if .quick then "A quick run: these numbers mean nothing." else empty end),
"",
("" | pad(54)) + ("median" | left(10)) + ("min - max" | left(24)) + ("baseline" | left(10)) + ("ratio" | left(7)) + ("to reach" | left(11)),
(.measures[] | row)
