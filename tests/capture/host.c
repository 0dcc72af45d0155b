/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls that configure the host, made where they change nothing but what is the test's own: in namespaces of its own, or
 * without the capability they take. host DIRECTORY
 */
#include <linux/bpf.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "capture/support/expect.h"

static char *dir, *host;

static char *own(void)
{
	return R1("Process", T("%d", getpid()), "kernel");
}

/* ---- mounts and namespaces ---- */

static void mounts(void)
{
	char *point = T("%s/point", dir), *missing = T("%s/missing", dir);
	int fd;

	CALL(unshare, CLONE_NEWNS | CLONE_NEWUTS);
	describe();
	expect(.event = "CreateNamespace", .source = "namespace", .plane = MANAGEMENT,
	       .request = "{\"flags\":[\"CLONE_NEWNS\",\"CLONE_NEWUTS\"]}", .resources = own());
	CALL(mount, "none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	expect(.event = "SetMountAttributes", .source = "mount", .plane = MANAGEMENT,
	       .request = "{\"source\":\"none\",\"target\":\"/\",\"filesystemType\":null,\"flags\":[\"MS_REC\",\"MS_PRIVATE\"],\"data\":null}",
	       .resources = R1("Mount", "/", "caller"));
	CALL(mount, "hosttrail test", point, "tmpfs", MS_NOSUID | MS_NOEXEC, "size=64k,mode=0700");
	expect(.event = "MountFilesystem", .source = "mount", .plane = MANAGEMENT,
	       .request = T("{\"source\":\"hosttrail test\",\"target\":%s,\"filesystemType\":\"tmpfs\","
			    "\"flags\":[\"MS_NOSUID\",\"MS_NOEXEC\"],\"data\":\"size=64k,mode=0700\"}", J(point)),
	       .resources = R1("Mount", point, "caller"));
	CALL(mount, "x", missing, "tmpfs", 0, "password=secret");
	expect(.event = "MountFilesystem", .source = "mount", .plane = MANAGEMENT,
	       .request = T("{\"source\":\"x\",\"target\":%s,\"filesystemType\":\"tmpfs\",\"flags\":[],\"data\":\"password=(not recorded)\"}",
			    J(missing)),
	       .resources = R1("Mount", missing, "caller"));
	CALL(umount2, point, MNT_DETACH);
	expect(.event = "UnmountFilesystem", .source = "mount", .plane = MANAGEMENT,
	       .request = T("{\"target\":%s,\"flags\":[\"MNT_DETACH\"]}", J(point)), .resources = R1("Mount", point, "caller"));
	CALL(umount2, point, 0);
	expect(.event = "UnmountFilesystem", .source = "mount", .plane = MANAGEMENT,
	       .request = T("{\"target\":%s,\"flags\":[]}", J(point)), .resources = R1("Mount", point, "caller"));
	/* A namespace is named by the kernel. */
	fd = open(T("/proc/%d/ns/uts", getppid()), O_RDONLY);
	NEED(fd >= 0);
	CALL(sethostname, "renamed\n", 8);
	expect(.event = "SetHostName", .source = "kernel", .plane = MANAGEMENT, .request = "{\"name\":\"renamed\\n\",\"length\":8}",
	       .resources = T("[%s,%s]", R("Host", host, "kernel"), R("Host", "renamed\n", "caller")));
	CALL(setdomainname, "", 0);
	expect(.event = "SetDomainName", .source = "kernel", .plane = MANAGEMENT, .request = "{\"name\":\"\",\"length\":0}",
	       .resources = R1("Host", host, "kernel"));
	CALL(sethostname, (void *)8, 5);
	expect(.event = "SetHostName", .source = "kernel", .plane = MANAGEMENT, .request = "{\"length\":5,\"unreadable\":[\"name\"]}",
	       .resources = R1("Host", host, "kernel"));
	CALL(setns, fd, CLONE_NEWUTS);
	expect(.event = "EnterNamespace", .source = "namespace", .plane = MANAGEMENT,
	       .request = T("{\"fd\":%d,\"fdType\":\"uts\",\"type\":[\"CLONE_NEWUTS\"]}", fd),
	       .resources = R1("Namespace", T("uts:[%lu]", namespace_number("uts")), "kernel"));
	CALL(setns, -1, 0);
	expect(.event = "EnterNamespace", .source = "namespace", .plane = MANAGEMENT, .request = "{\"fd\":-1,\"type\":[]}");
}

/* ---- refused for want of a capability ---- */

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = { 0 };

	mute();
	NEED(syscall(SYS_capset, &header, none) == 0);
	unmute();
}

static void refused(void)
{
	struct timespec then = { 1, 2 };
	struct timeval day = { 3, 4 };
	char image[] = "no module";
	int fd = open("/dev/null", O_RDONLY);

	drop_capabilities();
	CALL(clock_settime, CLOCK_REALTIME, &then);
	expect(.event = "SetTime", .source = "time", .plane = MANAGEMENT,
	       .request = "{\"clock\":\"CLOCK_REALTIME\",\"time\":{\"seconds\":1,\"nanoseconds\":2}}",
	       .resources = R1("Host", host, "kernel"));
	CALL(settimeofday, &day, NULL);
	expect(.event = "SetTime", .source = "time", .plane = MANAGEMENT,
	       .request = "{\"time\":{\"seconds\":3,\"microseconds\":4},\"timezone\":null}", .resources = R1("Host", host, "kernel"));
	CALL(init_module, image, sizeof(image), "parameter=1");
	expect(.event = "LoadKernelModule", .source = "kernel", .plane = MANAGEMENT,
	       .request = T("{\"length\":%zu,\"parameters\":\"parameter=1\"}", sizeof(image)));
	CALL(finit_module, fd, "", 0);
	expect(.event = "LoadKernelModule", .source = "kernel", .plane = MANAGEMENT,
	       .request = T("{\"fd\":%d,\"fdPath\":\"/dev/null\",\"parameters\":\"\",\"flags\":[]}", fd),
	       .resources = R1("KernelModule", "/dev/null", "kernel"));
	CALL(delete_module, "hosttrail_none", O_NONBLOCK);
	expect(.event = "UnloadKernelModule", .source = "kernel", .plane = MANAGEMENT,
	       .request = "{\"name\":\"hosttrail_none\",\"flags\":[\"O_NONBLOCK\"]}",
	       .resources = R1("KernelModule", "hosttrail_none", "caller"));
	CALL(reboot, 0xfee1dead, 672274793, 0x1234567, NULL);
	expect(.event = "RebootHost", .source = "kernel", .plane = MANAGEMENT,
	       .request = "{\"magic\":\"LINUX_REBOOT_MAGIC1\",\"magic2\":\"LINUX_REBOOT_MAGIC2\","
			  "\"command\":\"LINUX_REBOOT_CMD_RESTART\",\"argument\":\"0x0\"}",
	       .resources = R1("Host", host, "kernel"));
	CALL(mount, "none", dir, "tmpfs", 0, NULL);
	expect(.event = "MountFilesystem", .source = "mount", .plane = MANAGEMENT,
	       .request = T("{\"source\":\"none\",\"target\":%s,\"filesystemType\":\"tmpfs\",\"flags\":[],\"data\":null}", J(dir)),
	       .resources = R1("Mount", dir, "caller"));
	CALL(swapoff, dir);
	expect(.event = "DisableSwap", .source = "kernel", .plane = MANAGEMENT, .request = T("{\"path\":%s}", J(dir)),
	       .resources = R1("File", dir, "caller"));
	CALL(iopl, 3);
	expect(.event = "SetIoPrivilege", .source = "kernel", .plane = MANAGEMENT, .request = "{\"level\":3}", .resources = own());
}

/* ---- programs and maps in the kernel ---- */

#define MAP(type) \
	"{\"command\":\"BPF_MAP_CREATE\",\"attributes\":{\"mapType\":\"" type "\",\"keySize\":4,\"valueSize\":8," \
	"\"maxEntries\":3,\"mapFlags\":[],\"innerMapFd\":0,\"numaNode\":0,\"mapName\":\"a_map\",\"interface\":0," \
	"\"btfFd\":0,\"btfKeyTypeId\":0,\"btfValueTypeId\":0,\"btfKernelValueTypeId\":0,\"mapExtra\":0},\"size\":72}"

static void bpf(void)
{
	union bpf_attr map = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 3, .map_name = "a map" };
	long fd;

	memcpy(map.map_name, "a_map", 6);
	fd = CALL(bpf, BPF_MAP_CREATE, &map, 72);
	NEED(fd >= 0);
	expect(.event = "CreateBpfMap", .source = "kernel", .plane = MANAGEMENT, .request = MAP("BPF_MAP_TYPE_ARRAY"));
	/* Reading it is data. */
	CALL(bpf, BPF_MAP_GET_NEXT_ID, &(union bpf_attr){ .start_id = 0 }, 12);
	drop_capabilities();
	map.map_type = BPF_MAP_TYPE_HASH;
	CALL(bpf, BPF_MAP_CREATE, &map, 72);
	expect(.event = "CreateBpfMap", .source = "kernel", .plane = MANAGEMENT, .request = MAP("BPF_MAP_TYPE_HASH"));
}

/* ---- other processes ---- */

static void other_processes(void)
{
	CALL(ptrace, PTRACE_ATTACH, 1, 0, 0);
	expect(.event = "TraceProcess", .source = "process", .plane = MANAGEMENT,
	       .request = "{\"request\":\"PTRACE_ATTACH\",\"pid\":1,\"address\":\"0x0\",\"data\":\"0x0\"}",
	       .resources = R1("Process", "1", "kernel"));
	CALL(kill, 1, 0);
	expect(.event = "SendSignal", .source = "process", .plane = MANAGEMENT, .request = "{\"pid\":1,\"signal\":0}",
	       .resources = R1("Process", "1", "kernel"));
	CALL(kill, -1, 0);
	expect(.event = "SendSignal", .source = "process", .plane = MANAGEMENT, .request = "{\"pid\":-1,\"signal\":0}",
	       .resources = R1("Process", "-1", "kernel"));
	CALL(tgkill, 1, 1, SIGTERM);
	expect(.event = "SendSignal", .source = "process", .plane = MANAGEMENT,
	       .request = "{\"pid\":1,\"tid\":1,\"signal\":\"SIGTERM\"}", .resources = R1("Process", "1", "kernel"));
	CALL(setpriority, PRIO_PROCESS, 1, 5);
	expect(.event = "SetPriority", .source = "process", .plane = MANAGEMENT,
	       .request = "{\"which\":\"PRIO_PROCESS\",\"who\":1,\"priority\":5}", .resources = R1("Process", "1", "kernel"));
	/* Of the own: data. */
	CALL(kill, getpid(), 0);
	CALL(kill, 0, 0);
	CALL(kill, 0x3fffffff, 0);
	CALL(setpriority, PRIO_PROCESS, 0, 5);
}

static void as_nobody(void)
{
	mute();
	NEED(syscall(SYS_setresuid, 65534, 65534, 65534) == 0);
	unmute();
	describe();
	other_processes();
}

static void own_settings(void)
{
	CALL(prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
	expect(.event = "SetDumpable", .source = "process", .plane = MANAGEMENT,
	       .request = "{\"option\":\"PR_SET_DUMPABLE\",\"dumpable\":\"SUID_DUMP_DISABLE\"}", .resources = own());
	CALL(prctl, PR_SET_DUMPABLE, 7, 0, 0, 0);
	expect(.event = "SetDumpable", .source = "process", .plane = MANAGEMENT,
	       .request = "{\"option\":\"PR_SET_DUMPABLE\",\"dumpable\":7}", .resources = own());
	CALL(prctl, PR_GET_DUMPABLE, 0, 0, 0, 0);
	CALL(ptrace, PTRACE_TRACEME, 0, 0, 0);
	expect(.event = "TraceProcess", .source = "process", .plane = MANAGEMENT,
	       .request = "{\"request\":\"PTRACE_TRACEME\",\"pid\":0,\"address\":\"0x0\",\"data\":\"0x0\"}",
	       .resources = R1("Process", T("%d", getpid()), "kernel"));
}

int main(int argc, char **argv)
{
	static char name[256];

	NEED(argc == 2 && gethostname(name, sizeof(name)) == 0);
	dir = argv[1];
	host = name;
	expect_begin();
	in_child(mounts);
	in_child(refused);
	in_child(bpf);
	in_child(as_nobody);
	in_child(own_settings);
	expect_finish();
}
