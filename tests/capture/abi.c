/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls by other doors and other numbers: int $0x80 from a 64-bit program, x32 numbers, numbers that no table has. */
#include "capture/support/expect.h"

#define SELECTED "/hosttrail-none"

/* arch/x86/entry/entry_64_compat.S: the 32-bit door takes 32 bits of each register, whoever knocks. */
static long call_i386(const char *name, long number, unsigned long a, unsigned long b, unsigned long c)
{
	long result = number;

	before_call(name, number, "i386");
	__asm__ volatile("mov %%rbp, %%r12\n\txor %%ebp, %%ebp\n\tint $0x80\n\tmov %%r12, %%rbp"
			 : "+a"(result) : "b"(a), "c"(b), "d"(c), "S"(0), "D"(0)
			 : "r8", "r9", "r10", "r11", "r12", "memory");
	last.to = clock_ns(CLOCK_BOOTTIME);
	last.error = result < 0 && result >= -4095 ? (int)-result : 0;
	last.result = result;
	return result;
}

static void i386(char *low)
{
	CALL(chmod, SELECTED, 0);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"path\":\"" SELECTED "\",\"mode\":\"0000\"}",
	       .resources = R1("File", SELECTED, "caller"));
	call_i386("chmod", 15, (unsigned long)low | 0xabcdul << 32, 0600, 0);
	expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"path\":\"" SELECTED "\",\"mode\":\"0600\"}",
	       .resources = R1("File", SELECTED, "caller"));
	call_i386("chown", 182, (unsigned long)low, 0xffff, 5);
	expect(.event = "ChangeOwner", .plane = MANAGEMENT, .request = "{\"path\":\"" SELECTED "\",\"owner\":null,\"group\":5}",
	       .resources = R1("File", SELECTED, "caller"));
	call_i386("lchown32", 198, (unsigned long)low, 0xffff, 0xffffffff);
	expect(.event = "ChangeOwner", .plane = MANAGEMENT, .request = "{\"path\":\"" SELECTED "\",\"owner\":65535,\"group\":null}",
	       .resources = R1("File", SELECTED, "caller"));
	call_i386("fchmodat", 306, (unsigned)AT_FDCWD, (unsigned long)low, 0644);
	expect(.event = "ChangeMode", .plane = MANAGEMENT,
	       .request = "{\"dirfd\":\"AT_FDCWD\",\"path\":\"" SELECTED "\",\"mode\":\"0644\"}",
	       .resources = R1("File", SELECTED, "caller"));
	call_i386("setgroups32", 206, 2, 8, 0);
	expect(.event = "SetGroups", .source = "identity", .plane = MANAGEMENT,
	       .request = "{\"count\":2,\"unreadable\":[\"groups\"]}", .resources = R1("Process", T("%d", getpid()), "kernel"));
	/* Numbers under which parts of socketcall are kept, and arguments of one that cannot be read. */
	call_i386(NULL, 783, 3, 0, 64);
	expect(.event = "UnknownSystemCall", .source = "kernel", .plane = DATA,
	       .request = "{\"arg0\":\"0x3\",\"arg1\":\"0x0\",\"arg2\":\"0x40\",\"arg3\":\"0x0\",\"arg4\":\"0x0\","
			  "\"arg5\":\"0x0\"}");
	call_i386("socketcall", 102, 16, 8, 0);
	expect(.event = "ControlSocket", .source = "network", .plane = MANAGEMENT,
	       .request = "{\"call\":\"SYS_SENDMSG\",\"unreadable\":[\"arguments\"]}");
	/* A 64-bit number is another call here: 90 is mmap of old, not chmod; 15 there is rt_sigreturn. */
	call_i386("getpid", 20, 0, 0, 0);
}

/* CONFIG_X86_X32_ABI is off: the numbers exist and the kernel has nothing behind them. */
static void x32(void)
{
	before_call("chmod", 0, "x32");
	after_call(syscall(90 | 0x40000000, SELECTED, 0600));
	last.number = 90;
	if (last.error == ENOSYS)
		expect(.event = "ChangeMode", .plane = MANAGEMENT, .request = "{\"path\":\"" SELECTED "\",\"mode\":\"0600\"}",
		       .resources = R1("File", SELECTED, "caller"));
}

static void unknown(long number)
{
	before_call(NULL, number, "x86_64");
	after_call(syscall(number, 1, 2l, -1l, 0x123456789abcdef0l, 5, 6));
	expect(.event = "UnknownSystemCall", .source = "kernel", .plane = DATA,
	       .request = "{\"arg0\":\"0x1\",\"arg1\":\"0x2\",\"arg2\":\"0xffffffffffffffff\",\"arg3\":\"0x123456789abcdef0\","
			  "\"arg4\":\"0x5\",\"arg5\":\"0x6\"}");
}

int main(void)
{
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	NEED(low != MAP_FAILED);
	memcpy(low, SELECTED, sizeof(SELECTED));
	expect_begin();
	i386(low);
	x32();
	unknown(600);
	unknown(1022);
	unknown(1023);
	unknown(100000);
	unknown(0x3fffffff);
	expect_finish();
}
