#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The system's own tools: every system call of every thread, told by strace and by hosttrail.
# timeout: 600
. "$SRC/tests/lib.sh"
. "$SRC/tests/differential/support.sh"
need git tar gcc curl ncat ip nft unshare
differential_begin

cd "$TMP" || exit 1
mkdir work home
cp "$SRC/Makefile" work/a
seq 1 20000 >work/numbers

# script NAME TEXT: a workload that is a shell's script.
script() {
	printf '%s\n' "$2" >"$TMP/$1.script"
	traced "$1" bash "$TMP/$1.script"
}

# ---- coreutils and what every script uses ----

traced ls ls -laR --color=always work /etc/apt
traced cp cp -a work copied
traced cp-sparse cp --sparse=always --reflink=auto work/numbers copied/sparse
traced mv mv copied/a copied/b
traced ln ln -sf b copied/link
traced link ln copied/b copied/hard
traced mkdir mkdir -p -m 0750 deep/er/and/deeper
traced chmod chmod -R u+rwX,go-w copied
traced chown chown -hR 65534:65534 copied
traced touch touch -d '2001-02-03 04:05:06.789' copied/b copied/new
traced stat stat work work/a /dev/null copied/link
traced statfs stat -f /
traced df df
traced du du -a /etc/apt copied
traced dd dd if=/dev/zero of=zeros bs=4096 count=64 conv=fsync
traced truncate truncate -s 1M zeros
traced sort sort -nr --parallel=2 -S 1M work/numbers
traced find find /etc/apt -newer work/a -printf '%p %s %m\n'
traced grep grep -c 9 work/numbers
traced id id
traced date date
traced uname uname -a
traced nice nice -n 5 ionice -c 2 -n 7 true
traced timeout timeout 0.2 sleep 5
traced env env -i FOO=bar /usr/bin/env
traced setsid setsid -w true
traced taskset taskset -c 0 true
traced chrt chrt -b 0 true
traced prlimit prlimit --nofile=100:200 true
traced setpriv setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --no-new-privs id
traced mkfifo mkfifo -m 0600 fifo
traced mknod mknod null c 1 3
traced flock flock work/a true
traced rm rm -rf copied deep fifo null zeros
traced failures bash -c 'cat /none; mkdir /proc/x; rmdir /; cd /none; kill -0 1234567; exec /none'

# ---- larger programs ----

traced tar tar -czf work.tar.gz work
traced untar tar -xzf work.tar.gz -C home
# shellcheck disable=SC2016 # for the shell that is traced
script git '
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
git init -q -b main repository && cd repository && cp ../work/a . && git add a && git commit -q -m one &&
	echo more >>a && git commit -q -a -m two && git log --oneline --stat && git gc -q'
printf '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n' >hello.c
traced gcc gcc -O2 -o hello hello.c
traced hello ./hello
# shellcheck disable=SC2016
script shell '
sort <work/numbers | uniq -c | tail -n 3 >counted
for i in 1 2 3; do (sleep 0.0$i; echo $i >>counted) & done
wait
trap "echo term" TERM; kill -TERM $$
exec 3<>counted; read -r line <&3; echo "$line" >&2; exec 3>&-
cat <<-END | tr a-z A-Z
	here
END
[ -e counted ] && ! [ -d counted ] && ulimit -n && umask 027 && : >new 2>&1'
cat >threads.py <<'PYTHON'
import os, socket, subprocess, threading, time, select, mmap, tempfile, signal

def client(port):
    with socket.create_connection(('127.0.0.1', port)) as s:
        s.sendall(b'x' * 1000)
        while s.recv(100):
            pass

with socket.socket() as server:
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(('127.0.0.1', 0))
    server.listen()
    threads = [threading.Thread(target=client, args=(server.getsockname()[1],)) for _ in range(3)]
    for t in threads:
        t.start()
    for _ in threads:
        connection, peer = server.accept()
        connection.settimeout(1)
        connection.recv(1000)
        connection.close()
    for t in threads:
        t.join()
a, b = socket.socketpair()
socket.send_fds(a, [b'fd'], [0])
socket.recv_fds(b, 10, 1)
poll = select.poll()
poll.register(b, select.POLLIN)
poll.poll(10)
select.select([a], [b], [], 0.01)
epoll = select.epoll()
epoll.register(a.fileno(), select.EPOLLOUT)
epoll.poll(0.01)
with tempfile.TemporaryFile() as f:
    f.truncate(4096)
    with mmap.mmap(f.fileno(), 4096) as m:
        m[0:4] = b'data'
        m.flush()
subprocess.run(['true'], check=True)
print(subprocess.run('echo $0; exit 3', shell=True, capture_output=True).returncode)
signal.setitimer(signal.ITIMER_REAL, 0.01)
signal.signal(signal.SIGALRM, lambda *_: None)
time.sleep(0.03)
r, w = os.pipe2(os.O_CLOEXEC)
if os.fork() == 0:
    os.write(w, b'child')
    os._exit(7)
os.wait()
os.setxattr('threads.py', 'user.test', b'value')
os.getxattr('threads.py', 'user.test')
os.listxattr('threads.py')
os.sched_getaffinity(0)
os.getrandom(16)
os.memfd_create('name')
PYTHON
traced python3 python3 threads.py

# ---- network, in namespaces of their own ----

script curl '
exec unshare --net bash -c "
ip link set lo up
python3 -m http.server --bind 127.0.0.1 8080 >/dev/null 2>&1 & server=\$!
for i in 1 2 3 4 5 6 7 8 9 10; do curl -s -o got http://127.0.0.1:8080/work/a && break; sleep 0.1; done
kill \$server; wait"'
script ncat '
exec unshare --net bash -c "
ip link set lo up
ncat -l -p 9000 >received & sleep 0.3; echo hello | ncat --send-only ::1 9000 || echo hello | ncat --send-only 127.0.0.1 9000
ncat -lU socket >received & sleep 0.3; echo hello | ncat --send-only -U socket
ncat -lu -p 9001 --idle-timeout 1 >received & sleep 0.3; echo hello | ncat -u --send-only 127.0.0.1 9001
wait"'
script iproute2 '
exec unshare --net bash -c "
ip link add dev one type veth peer name two
ip addr add 10.1.2.3/24 dev one
ip -6 addr add 2001:db8::1/64 dev one
ip link set one up mtu 1400; ip link set two up; ip link set lo up
ip route add 10.9.0.0/16 via 10.1.2.1
ip route show; ip -s link show; ip neigh add 10.1.2.9 lladdr 02:00:00:00:00:01 dev one; ip neigh
ip rule add from 10.1.2.0/24 table 100; ip rule
tc qdisc add dev one root pfifo limit 10
ss -tan; ip tuntap add mode tun name tun9; ip link add br9 type bridge; ip link del one"'
script nftables '
exec unshare --net bash -c "
nft add table inet t
nft add chain inet t input \"{ type filter hook input priority 0; policy accept; }\"
nft add rule inet t input tcp dport 22 counter accept
nft add set inet t s \"{ type ipv4_addr; flags interval; }\"; nft add element inet t s \"{ 10.0.0.0/8 }\"
nft list ruleset; nft delete table inet t"'
script unshare '
exec unshare --mount --uts --ipc --pid --fork --mount-proc bash -c "
mkdir -p m n; mount -t tmpfs -o size=1m,mode=0700 none m; mount --bind m n; mount -o remount,ro m
hostname differential; mount --make-private n; umount n; umount -l m; ps; ipcmk -Q; ipcmk -S 2; ipcmk -M 4096; ipcs -a"'

differential_end
finish
