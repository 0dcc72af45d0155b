/* SPDX-License-Identifier: BSD-2-Clause */
/* siginfo_t, filled by the C library's own members, so that the tables' offsets are compared with them. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record.h"

#define ARGS(...) ((uint64_t[HT_ARGS]){ __VA_ARGS__ })

static void check(const siginfo_t *information, const char *expected)
{
	char text[512];
	struct record r;

	record_begin(&r, "rt_sigqueueinfo", HT_ABI_X86_64, 0, ARGS(7, 10, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, information, 48);
	snprintf(text, sizeof(text), "\"pid\":7,\"signal\":\"SIGUSR1\",\"information\":{%s}", expected);
	assert_request(&r, text);
}

static siginfo_t of(int signal, int code)
{
	siginfo_t s;

	memset(&s, 0, sizeof(s));
	s.si_signo = signal;
	s.si_code = code;
	return s;
}

static void test_what_programs_send(void **state)
{
	siginfo_t s = of(SIGTERM, SI_USER);

	(void)state;
	s.si_pid = 11;
	s.si_uid = 12;
	check(&s, "\"signal\":\"SIGTERM\",\"error\":0,\"code\":\"SI_USER\",\"pid\":11,\"uid\":12");
	s.si_code = SI_TKILL;
	check(&s, "\"signal\":\"SIGTERM\",\"error\":0,\"code\":\"SI_TKILL\",\"pid\":11,\"uid\":12");
	s.si_code = SI_QUEUE;
	s.si_errno = 5;
	s.si_ptr = (void *)0x1234;
	check(&s, "\"signal\":\"SIGTERM\",\"error\":5,\"code\":\"SI_QUEUE\",\"pid\":11,\"uid\":12,\"value\":\"0x1234\"");
	s.si_code = -99;
	check(&s, "\"signal\":\"SIGTERM\",\"error\":5,\"code\":-99,\"pid\":11,\"uid\":12,\"value\":\"0x1234\"");
	s = of(SIGALRM, SI_TIMER);
	s.si_timerid = 3;
	s.si_overrun = 4;
	s.si_ptr = (void *)5;
	check(&s, "\"signal\":\"SIGALRM\",\"error\":0,\"code\":\"SI_TIMER\",\"timerId\":3,\"overrun\":4,\"value\":\"0x5\"");
}

static void test_what_the_kernel_sends(void **state)
{
	siginfo_t s = of(SIGCHLD, CLD_KILLED);

	(void)state;
	s.si_pid = 11;
	s.si_uid = 12;
	s.si_status = 9;
	s.si_utime = 2;
	s.si_stime = 3;
	check(&s, "\"signal\":\"SIGCHLD\",\"error\":0,\"code\":\"CLD_KILLED\",\"pid\":11,\"uid\":12,\"status\":9,\"userTicks\":2,"
		  "\"systemTicks\":3");
	s = of(SIGIO, POLL_IN);
	s.si_band = 65;
	s.si_fd = 4;
	check(&s, "\"signal\":\"SIGIO\",\"error\":0,\"code\":\"POLL_IN\",\"band\":65,\"fd\":4");
	s.si_code = SI_SIGIO;
	check(&s, "\"signal\":\"SIGIO\",\"error\":0,\"code\":\"SI_SIGIO\",\"band\":65,\"fd\":4");
	s = of(SIGSYS, 1);
	s.si_call_addr = (void *)0x4000;
	s.si_syscall = 59;
	s.si_arch = 0xc000003e;
	check(&s, "\"signal\":\"SIGSYS\",\"error\":0,\"code\":\"SYS_SECCOMP\",\"callAddress\":\"0x4000\",\"number\":59,"
		  "\"architecture\":\"AUDIT_ARCH_X86_64\"");
	s = of(SIGUSR2, SI_KERNEL);
	check(&s, "\"signal\":\"SIGUSR2\",\"error\":0,\"code\":\"SI_KERNEL\",\"pid\":0,\"uid\":0,\"value\":\"0x0\"");
}

static void test_faults(void **state)
{
	siginfo_t s = of(SIGSEGV, SEGV_MAPERR);

	(void)state;
	s.si_addr = (void *)0x4000;
	check(&s, "\"signal\":\"SIGSEGV\",\"error\":0,\"code\":\"SEGV_MAPERR\",\"address\":\"0x4000\"");
	s.si_code = SEGV_BNDERR;
	s.si_lower = (void *)0x5000;
	s.si_upper = (void *)0x6000;
	check(&s, "\"signal\":\"SIGSEGV\",\"error\":0,\"code\":\"SEGV_BNDERR\",\"address\":\"0x4000\",\"lower\":\"0x5000\","
		  "\"upper\":\"0x6000\"");
	s.si_code = SEGV_PKUERR;
	s.si_pkey = 7;
	check(&s, "\"signal\":\"SIGSEGV\",\"error\":0,\"code\":\"SEGV_PKUERR\",\"address\":\"0x4000\",\"protectionKey\":7");
	s = of(SIGBUS, BUS_MCEERR_AO);
	s.si_addr = (void *)0x4000;
	s.si_addr_lsb = 12;
	check(&s, "\"signal\":\"SIGBUS\",\"error\":0,\"code\":\"BUS_MCEERR_AO\",\"address\":\"0x4000\",\"addressBit\":12");
	s = of(SIGFPE, FPE_INTDIV);
	s.si_addr = (void *)0x4000;
	check(&s, "\"signal\":\"SIGFPE\",\"error\":0,\"code\":\"FPE_INTDIV\",\"address\":\"0x4000\"");
	/* of a fault, but said by a program */
	s.si_code = SI_USER;
	check(&s, "\"signal\":\"SIGFPE\",\"error\":0,\"code\":\"SI_USER\",\"pid\":16384,\"uid\":0");
}

static void test_narrow_and_several(void **state)
{
	int32_t narrow[8] = { 17, 0, 1, 11, 12, 13, 14, 15 };
	siginfo_t several[2] = { of(SIGTERM, SI_USER), of(SIGALRM, SI_TIMER) };
	struct record r;

	(void)state;
	record_begin(&r, "rt_sigqueueinfo", HT_ABI_I386, 0, ARGS(7, 17, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, narrow, sizeof(narrow));
	assert_request(&r, "\"pid\":7,\"signal\":\"SIGCHLD\",\"information\":{\"signal\":\"SIGCHLD\",\"error\":0,\"code\":\"CLD_EXITED\","
			   "\"pid\":11,\"uid\":12,\"status\":13,\"userTicks\":14,\"systemTicks\":15}");
	record_begin(&r, "ptrace", HT_ABI_X86_64, 2, ARGS(0x4209, 7, 0x1000, 0x2000));
	record_item(&r, HT_ITEM_BYTES, 2, 0, (uint64_t[2]){ 1, 1 | 2ull << 32 }, 16);
	record_item(&r, HT_ITEM_BYTES, 3, 0, several, sizeof(several));
	assert_request(&r, "\"request\":\"PTRACE_PEEKSIGINFO\",\"pid\":7,\"arguments\":{\"offset\":1,"
			   "\"flags\":[\"PTRACE_PEEKSIGINFO_SHARED\"],\"count\":2}");
	assert_response(&r, "\"result\":2,\"information\":[{\"signal\":\"SIGTERM\",\"error\":0,\"code\":\"SI_USER\",\"pid\":0,\"uid\":0},"
			    "{\"signal\":\"SIGALRM\",\"error\":0,\"code\":\"SI_TIMER\",\"timerId\":0,\"overrun\":0,\"value\":\"0x0\"}]");
	/* Short ones are not told. */
	record_begin(&r, "rt_sigqueueinfo", HT_ABI_X86_64, -14, ARGS(7, 17, 0x1000));
	record_item(&r, HT_ITEM_BYTES, 2, HT_ITEM_FAULT, narrow, sizeof(narrow));
	assert_request(&r, "\"pid\":7,\"signal\":\"SIGCHLD\",\"unreadable\":[\"information\"]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_programs_send),
		cmocka_unit_test(test_what_the_kernel_sends),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_narrow_and_several),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
