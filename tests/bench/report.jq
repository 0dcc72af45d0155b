# SPDX-License-Identifier: BSD-2-Clause
#
# From samples ("MEASURE VARIANT VALUE" lines) to the report. The table below says what each measure is and what it is
# to reach (design, section 8).

def median: sort | if length == 0 then null elif length % 2 == 1 then .[length / 2 | floor]
	else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def round(digits): if . == null then null else . * pow(10; digits) | round / pow(10; digits) end;

def measures: [
	{ id: "start", text: "from start to recording", unit: "ms", atMost: 1000 },
	{ id: "instructions", text: "instructions that the verifier walked", unit: "" },
	{ id: "getppid", text: "added to getppid, which is not selected", unit: "ns", atMost: 25 },
	{ id: "openat", text: "added to a selected openat", unit: "ns", atMost: 300 },
	{ id: "unlinkat", text: "added to a selected unlinkat", unit: "ns" },
	{ id: "execve", text: "added to a selected execve (vfork, execve, exit, wait)", unit: "ns" },
	{ id: "openat-unwanted", text: "added to an openat examined by default, unwanted", unit: "ns" },
	{ id: "write-unwanted", text: "added to a write examined by default, unwanted", unit: "ns" },
	{ id: "ring-read", text: "added to an io_uring read, not selected", unit: "ns" },
	{ id: "ring-openat", text: "added to a selected io_uring openat", unit: "ns" },
	{ id: "ring-write-unwanted", text: "added to an io_uring write examined by default", unit: "ns" },
	{ id: "user-cpu", text: "user CPU an event, ring to file", unit: "ns", atMost: 700 },
	{ id: "cpu", text: "CPU an event, ring to file, with the kernel's part", unit: "ns" },
	{ id: "lossless", text: "events without loss", unit: "/s", atLeast: 1000000, against: "offered",
	  how: "of what the load makes unpaced" },
	{ id: "stored", text: "stored bytes an event", unit: "bytes", atMost: 40 },
	{ id: "memory", text: "resident memory at most, rings and code included", unit: "bytes" },
	{ id: "own-memory", text: "of that the recorder's own", unit: "bytes" },
	{ id: "lookup", text: "lookup that reads every event", unit: "/s", atLeast: 3000000, against: "zstd-grep",
	  how: "of zstd -dc | grep" },
	{ id: "cat", text: "cat of every event", unit: "/s", against: "zstd", how: "of zstd -dc" },
	{ id: "verify", text: "verify of stored bytes", unit: "bytes/s", against: "sha256", atLeastRatio: 0.8,
	  how: "of openssl dgst -sha256" }
];

def summary: { median: (median | round(1)), min: (min | round(1)), max: (max | round(1)), samples: length };

def of_pairs($s):
	([$s.baseline, $s.recorded] | transpose | map(.[1] - .[0])) as $added
	| ($added | summary) + { baseline: ($s.baseline | summary), recorded: ($s.recorded | summary),
		ratio: (($s.recorded | median) / ($s.baseline | median) | round(3)), ratioTo: "the call alone" };

def of_values($m; $all):
	($all[$m.id].value | summary)
	+ if $m.against then
		{ baseline: ($all[$m.against].value | summary),
		  ratio: (($all[$m.id].value | median) / ($all[$m.against].value | median) | round(3)), ratioTo: $m.how }
	  else {} end;

def reached: if .atMost then .median <= .atMost elif .atLeast then .median >= .atLeast
	elif .atLeastRatio then .ratio >= .atLeastRatio else null end;

[inputs | split(" ") | { measure: .[0], variant: .[1], value: (.[2] | tonumber) }]
| reduce .[] as $s ({}; .[$s.measure][$s.variant] += [$s.value])
| . as $all
| {
	version: $version, machine: $machine, quick: $quick,
	scope: "a cgroup: its test is part of what a selected call costs",
	losslessLimit: $limit,
	measures: [measures[] | . as $m
		| { id, text, unit } + (if $all[.id].baseline then of_pairs($all[.id]) else of_values($m; $all) end)
		+ ({ atMost, atLeast, atLeastRatio } | with_entries(select(.value != null)))
		| . + (reached as $r | if $r == null then {} else { reached: $r } end)]
}
