/* SPDX-License-Identifier: BSD-2-Clause */
/* Container ids in the paths of cgroups, as the runtimes make them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "event/container.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "f123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void is(const char *cgroup, const char *id)
{
	struct ht_text found = ht_container_of(ht_text_of(cgroup));

	if (id ? !ht_text_equal(found, ht_text_of(id)) : found.data != NULL)
		fail_msg("%s: %.*s", cgroup, (int)found.length, found.data ? found.data : "");
}

static void test_runtimes(void **state)
{
	(void)state;
	is("/docker/" ID, ID);
	is("/system.slice/docker-" ID ".scope", ID);
	is("/machine.slice/libpod-" ID ".scope/container", ID);
	is("/kubepods.slice/kubepods-pod1.slice/cri-containerd-" ID ".scope", ID);
	is("/kubepods/besteffort/pod1/" ID, ID);
	is("/kubepods.slice/crio-" ID ".scope", ID);
	is("/system.slice/nerdctl-" ID ".scope", ID);
	is("/machine.slice/machine-debian.scope/payload", "debian");
}

static void test_the_innermost(void **state)
{
	(void)state;
	is("/docker/" ID "/system.slice/docker-" OTHER ".scope", OTHER);
	is("/machine.slice/machine-debian.scope/docker/" ID "/init.scope", ID);
}

static void test_none(void **state)
{
	(void)state;
	is("/", NULL);
	is("", NULL);
	is(NULL, NULL);
	is("/system.slice/ssh.service", NULL);
	is("/user.slice/user-1000.slice/session-1.scope", NULL);
	is("/docker/0123456789abcdef", NULL);
	is("/docker/" ID "0", NULL);
	is("/docker/X123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", NULL);
	is("/system.slice/other-" ID ".scope", NULL);
	is("/system.slice/docker-" ID ".service", NULL);
	is("/system.slice/machine-debian.scope", NULL);
	is("/machine.slice/machine-.scope", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runtimes),
		cmocka_unit_test(test_the_innermost),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
