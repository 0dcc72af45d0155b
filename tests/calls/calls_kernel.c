/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KERNEL: code in the kernel, and the host. Whatever would change the machine is asked for without the right to it, or
 * with what cannot be had; names of hosts are set in a UTS namespace of the row's own.
 */
#include "calls/calls.h"
#include "calls/child.h"

#include <linux/kexec.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/swap.h>

CALLS(init_module)
{
	/* What a kernel says of it depends on how it guards its modules. */
	call(init_module, "this is no module", 17, "parameter=value other=\"two words\"");
	call(init_module, unreadable(), 4096, "");
	drop_capabilities();
	fails(EPERM, call(init_module, "this is no module", 17, ""));
}

CALLS(finit_module)
{
	int fd = scratch_file("module", "this is no module");

	call(finit_module, fd, "parameter=value", 0);
	call(finit_module, fd, "", MODULE_INIT_IGNORE_MODVERSIONS | MODULE_INIT_IGNORE_VERMAGIC);
	call(finit_module, fd, "", -1);
	call(finit_module, 9999, "", 0);
	drop_capabilities();
	fails(EPERM, call(finit_module, fd, "parameter=value", 0));
}

CALLS(delete_module)
{
	call(delete_module, "no_such_module", O_NONBLOCK);
	call(delete_module, "no_such_module", O_NONBLOCK | O_TRUNC);
	drop_capabilities();
	fails(EPERM, call(delete_module, "no_such_module", 0));
}

static void load_image(unsigned long flags)
{
	const struct kexec_segment segments[2] = {{"kernel", 6, (void *)0x100000, 4096}, {NULL, 0, NULL, 0}};

	fails(EPERM, call(kexec_load, 0x100000, 2, segments, flags));
}

CALLS(kexec_load)
{
	drop_capabilities();
	load_image(KEXEC_ARCH_X86_64);
	load_image(KEXEC_ARCH_DEFAULT | KEXEC_ON_CRASH);
	load_image(KEXEC_PRESERVE_CONTEXT | 0x80);
	fails(EPERM, call(kexec_load, 0, 0, NULL, 0));
}

static void attributes_of(struct perf_event_attr *attributes, uint32_t type, uint64_t config)
{
	memset(attributes, 0, sizeof *attributes);
	attributes->type = type;
	attributes->size = sizeof *attributes;
	attributes->config = config;
	attributes->disabled = 1;
	attributes->exclude_kernel = 1;
}

static void perf_failures(void)
{
	struct perf_event_attr attributes;

	attributes_of(&attributes, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY);
	fails(EINVAL, call(perf_event_open, &attributes, -1, -1, -1, 0));
	fails(EINVAL, call(perf_event_open, &attributes, 0, -1, -1, 1 << 20));
	fails(ESRCH, call(perf_event_open, &attributes, 0x3fffffff, -1, -1, 0));
	fails(EBADF, call(perf_event_open, &attributes, 0, -1, 9999, 0));
	fails(EBADF, call(perf_event_open, &attributes, 9999, 0, -1, PERF_FLAG_PID_CGROUP));
	attributes.size = 3;
	fails(E2BIG, call(perf_event_open, &attributes, 0, -1, -1, 0));
	attributes_of(&attributes, 9999, 0);
	fails(ENOENT, call(perf_event_open, &attributes, 0, -1, -1, 0));
}

CALLS(perf_event_open)
{
	static long watched;
	struct perf_event_attr attributes;
	int leader;

	attributes_of(&attributes, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK);
	leader = (int)works(call(perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
	attributes_of(&attributes, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS);
	attributes.inherit = 1;
	attributes.sample_period = 1000;
	attributes.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_TID;
	works(call(perf_event_open, &attributes, getpid(), -1, -1, 0));
	attributes_of(&attributes, PERF_TYPE_SOFTWARE, PERF_COUNT_SW_DUMMY);
	/* Output goes to the other's buffer, which has to be there. */
	need(mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, leader, 0) != MAP_FAILED);
	works(call(perf_event_open, &attributes, 0, -1, leader, PERF_FLAG_FD_NO_GROUP | PERF_FLAG_FD_OUTPUT));
	attributes.size = PERF_ATTR_SIZE_VER0;
	works(call(perf_event_open, &attributes, 0, 0, -1, 0));
	/* A machine has got them or not. */
	attributes_of(&attributes, PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES);
	call(perf_event_open, &attributes, 0, -1, -1, 0);
	attributes_of(&attributes, PERF_TYPE_BREAKPOINT, 0);
	attributes.bp_type = 2;
	attributes.bp_addr = (uintptr_t)&watched;
	attributes.bp_len = 4;
	call(perf_event_open, &attributes, 0, -1, -1, 0);
	perf_failures();
}

static void set_name(long number)
{
	own_namespaces(CLONE_NEWUTS);
	works(call_number(number, "hosttrail.example", 17));
	works(call_number(number, "longer than told", 6));
	works(call_number(number, "with\0zero\n\"\377", 12));
	works(call_number(number, "", 0));
	fails(EINVAL, call_number(number, "negative", -1));
	fails(EINVAL, call_number(number, out, 65));
	fails(EFAULT, call_number(number, unreadable(), 5));
	fails(EFAULT, call_number(number, at_border("border", 6), 7));
	drop_capabilities();
	fails(EPERM, call_number(number, "hosttrail", 9));
}

CALLS(sethostname)
{
	set_name(NR_sethostname);
}

CALLS(setdomainname)
{
	set_name(NR_setdomainname);
}

/* The magic numbers that mean it are only said without the right to it. */
CALLS(reboot)
{
	static const unsigned commands[] = {LINUX_REBOOT_CMD_RESTART,  LINUX_REBOOT_CMD_HALT,
					    LINUX_REBOOT_CMD_CAD_ON,   LINUX_REBOOT_CMD_CAD_OFF,
					    LINUX_REBOOT_CMD_POWER_OFF, LINUX_REBOOT_CMD_RESTART2,
					    LINUX_REBOOT_CMD_SW_SUSPEND, LINUX_REBOOT_CMD_KEXEC, 99};

	fails(EINVAL, call(reboot, 1, 2, 3, 4));
	fails(EINVAL, call(reboot, 0xffffffff, LINUX_REBOOT_MAGIC2, 99, NULL));
	drop_capabilities();
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		fails(EPERM, call(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, commands[i], "argument"));
	fails(EPERM, call(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2A, LINUX_REBOOT_CMD_CAD_OFF, unreadable()));
	fails(EPERM, call(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2C, LINUX_REBOOT_CMD_CAD_OFF, NULL));
}

CALLS(swapon)
{
	scratch_file("no swap", "no signature");
	fails(ENOENT, call(swapon, "nonexistent", SWAP_FLAG_PREFER | 5));
	fails(EINVAL, call(swapon, "no swap", SWAP_FLAG_DISCARD));
	fails(EINVAL, call(swapon, "no swap", -1));
	fails(EFAULT, call(swapon, unreadable(), 0));
	drop_capabilities();
	fails(EPERM, call(swapon, "nonexistent", SWAP_FLAG_PREFER | SWAP_FLAG_DISCARD | 32767));
}

CALLS(swapoff)
{
	scratch_file("no swap", "no signature");
	fails(ENOENT, call(swapoff, "nonexistent"));
	fails(EINVAL, call(swapoff, "no swap"));
	fails(EFAULT, call(swapoff, unterminated(5)));
	drop_capabilities();
	fails(EPERM, call(swapoff, "nonexistent"));
}

/* Sizes only: what is in the log is nobody's business here. */
CALLS(syslog)
{
	works(call(syslog, 9, NULL, 0));
	works(call(syslog, 10, NULL, 0));
	works(call(syslog, 0, NULL, 0));
	works(call(syslog, 1, NULL, 0));
	fails(EINVAL, call(syslog, 3, NULL, 100));
	fails(EINVAL, call(syslog, 2, out, -1));
	fails(EINVAL, call(syslog, 8, NULL, 99));
	fails(EINVAL, call(syslog, 99, NULL, 0));
	drop_capabilities();
	for (int action = 4; action <= 8; action++)
		fails(EPERM, call(syslog, action, NULL, 1));
	call(syslog, -1, unmapped(), -1);
}

CALLS(_sysctl)
{
	/* Gone since Linux 5.5. */
	fails(EFAULT, call(_sysctl, unreadable()));
}

/* Ports that do nothing, or a kernel that has no such thing. */
CALLS(iopl)
{
	call(iopl, 0);
	call(iopl, 3);
	fails(EINVAL, call(iopl, 4));
	drop_capabilities();
	call(iopl, 3);
}

CALLS(ioperm)
{
	call(ioperm, 0x80, 1, 1);
	call(ioperm, 0x80, 1, 0);
	fails(EINVAL, call(ioperm, 65535, 2, 1));
	fails(EINVAL, call(ioperm, -1, -1, -1));
	drop_capabilities();
	fails(EPERM, call(ioperm, 0x80, 1, 1));
}

CALLS(uname)
{
	works(call(uname, out));
	fails(EFAULT, call(uname, read_only()));
}

CALLS(sysinfo)
{
	works(call(sysinfo, out));
	fails(EFAULT, call(sysinfo, at_border(NULL, 16)));
}

CALLS(getrandom)
{
	works(call(getrandom, out, 16, 0));
	works(call(getrandom, out, 256, GRND_NONBLOCK));
	works(call(getrandom, out, 1, GRND_RANDOM | GRND_NONBLOCK));
	works(call(getrandom, out, 8, GRND_INSECURE));
	fails(EINVAL, call(getrandom, out, 8, GRND_INSECURE | GRND_RANDOM));
	fails(EINVAL, call(getrandom, out, 8, -1));
	fails(EFAULT, call(getrandom, unmapped(), 8, 0));
}

/* Numbers with nothing behind them. */
#define NOTHING(name)                                                                                                  \
	CALLS(name)                                                                                                    \
	{                                                                                                              \
		fails(ENOSYS, call(name, 0x11111111, 0x22222222, 0x33333333, 0x44444444, 0x55555555, 0x66666666));     \
		fails(ENOSYS, call(name, -1, 0, INT32_MIN, unreadable(), 1, 2));                                       \
	}

NOTHING(create_module)
NOTHING(query_module)
NOTHING(get_kernel_syms)
NOTHING(afs_syscall)
NOTHING(getpmsg)
NOTHING(putpmsg)
NOTHING(vserver)

#ifdef __x86_64__
NOTHING(tuxcall)
NOTHING(security)

CALLS(kexec_file_load)
{
	int fd = scratch_file("kernel", "no kernel");

	drop_capabilities();
	fails(EPERM, call(kexec_file_load, fd, -1, 13, "root=/dev/sda", 0));
	fails(EPERM, call(kexec_file_load, fd, fd, 7, "no end!", KEXEC_FILE_NO_INITRAMFS | KEXEC_FILE_ON_CRASH));
	fails(EPERM, call(kexec_file_load, -1, -1, -1, unreadable(), -1));
	fails(EPERM, call(kexec_file_load, 0, 0, 0, NULL, KEXEC_FILE_UNLOAD));
}
#endif

#ifdef __i386__
NOTHING(break)
NOTHING(stty)
NOTHING(gtty)
NOTHING(ftime)
NOTHING(prof)
NOTHING(profil)
NOTHING(lock)
NOTHING(mpx)
NOTHING(idle)

CALLS(olduname)
{
	works(call(olduname, out));
	fails(EFAULT, call(olduname, unreadable()));
}

CALLS(oldolduname)
{
	works(call(oldolduname, out));
	fails(EFAULT, call(oldolduname, NULL));
}
#endif

EXTRA(hostile_kernel)
{
	struct perf_event_attr ones;

	memset(&ones, 0xff, sizeof ones);
	drop_capabilities();
	call(init_module, unmapped(), -1, unterminated(9));
	call(finit_module, -1, unreadable(), -1);
	call(delete_module, unterminated(9), -1);
	fails(EPERM, call(kexec_load, -1, -1, unreadable(), -1));
	fails(E2BIG, call(perf_event_open, &ones, 0, -1, -1, 0));
	ones.size = sizeof ones;
	call(perf_event_open, at_border(&ones, sizeof ones), 0, -1, -1, 0);
	fails(EFAULT, call(perf_event_open, at_border(&ones, 40), 0, -1, -1, 0));
	call(perf_event_open, unmapped(), -1, -1, -1, -1);
	fails(EPERM, call(sethostname, unreadable(), -1));
	fails(EPERM, call(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART2, unterminated(9)));
	fails(EINVAL, call(swapon, unterminated(9), -1));
	call(getrandom, unreadable(), 0, 0);
	fails(EFAULT, call(sysinfo, -1));
}
