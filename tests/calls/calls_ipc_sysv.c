/* SPDX-License-Identifier: BSD-2-Clause */
/* IPC: queues, semaphores and shared memory of System V, in an IPC namespace of the row's own. */
#include "calls/calls.h"
#include "calls/child.h"

#include <sched.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#define KEY 0x1234
#define NO_ID 0x7ffffff0

struct message {
	long type;
	char text[8];
};

static int make(long number, long second, long third)
{
	int id;

	own_namespaces(CLONE_NEWIPC);
	id = (int)call_number(number, IPC_PRIVATE, second, third);
	need(id >= 0);
	return id;
}

CALLS(msgget)
{
	own_namespaces(CLONE_NEWIPC);
	works(call(msgget, IPC_PRIVATE, IPC_CREAT | 0600));
	works(call(msgget, KEY, IPC_CREAT | IPC_EXCL | 0640));
	works(call(msgget, KEY, 0));
	fails(EEXIST, call(msgget, KEY, IPC_CREAT | IPC_EXCL));
	fails(ENOENT, call(msgget, -2, 0600));
}

CALLS(msgsnd)
{
	struct message message = {1, "message"}, bad = {0, ""};
	int id = make(NR_msgget, IPC_CREAT | 0600, 0);

	works(call(msgsnd, id, &message, 8, 0));
	works(call(msgsnd, id, &message, 0, IPC_NOWAIT));
	fails(EINVAL, call(msgsnd, id, &bad, 1, 0));
	fails(EINVAL, call(msgsnd, id, &message, -1, 0));
	fails(EINVAL, call(msgsnd, NO_ID, &message, 8, 0));
	fails(EFAULT, call(msgsnd, id, at_border(&message, sizeof message), 64, 0));
	fails(EFAULT, call(msgsnd, id, NULL, 8, 0));
}

CALLS(msgrcv)
{
	struct message message = {7, "message"};
	int id = make(NR_msgget, IPC_CREAT | 0600, 0);

	works(call(msgsnd, id, &message, 8, 0));
	works(call(msgrcv, id, &message, 8, 7, 0));
	works(call(msgsnd, id, &message, 8, 0));
	fails(E2BIG, call(msgrcv, id, &message, 3, 0, IPC_NOWAIT));
	works(call(msgrcv, id, &message, 3, -99, IPC_NOWAIT | MSG_NOERROR));
	fails(ENOMSG, call(msgrcv, id, &message, 8, 5, IPC_NOWAIT | MSG_EXCEPT));
	fails(EINVAL, call(msgrcv, NO_ID, &message, 8, 0, IPC_NOWAIT));
	fails(EINVAL, call(msgrcv, id, &message, -1, 0, IPC_NOWAIT));
}

CALLS(msgctl)
{
	static union {
		struct msqid_ds state;
		char larger[256];
	} buf;
	int id = make(NR_msgget, IPC_CREAT | 0600, 0);

	works(call(msgctl, id, IPC_STAT, &buf));
	works(call(msgctl, id, IPC_SET, &buf));
	works(call(msgctl, 0, IPC_INFO, &buf));
	works(call(msgctl, 0, MSG_INFO, &buf));
	works(call(msgctl, 0, MSG_STAT, &buf));
	works(call(msgctl, 0, 13 /* MSG_STAT_ANY */, &buf));
	fails(EFAULT, call(msgctl, id, IPC_STAT, unreadable()));
	works(call(msgctl, id, IPC_RMID, NULL));
	fails(EINVAL, call(msgctl, id, IPC_RMID, NULL));
	fails(EINVAL, call(msgctl, id, 99, NULL));
}

CALLS(semget)
{
	own_namespaces(CLONE_NEWIPC);
	works(call(semget, IPC_PRIVATE, 3, 0600));
	works(call(semget, KEY, 2, IPC_CREAT | 0644));
	fails(EINVAL, call(semget, KEY, 5, 0));
	fails(EINVAL, call(semget, IPC_PRIVATE, -1, 0600));
	fails(ENOENT, call(semget, KEY + 1, 1, 0));
}

static void values(int id)
{
	unsigned short all[3] = {1, 2, 3};

	works(call(semctl, id, 0, SETALL, all));
	works(call(semctl, id, 0, GETALL, all));
	works(call(semctl, id, 1, SETVAL, 7));
	works(call(semctl, id, 1, GETVAL, 0));
	works(call(semctl, id, 1, GETPID, 0));
	works(call(semctl, id, 1, GETNCNT, 0));
	works(call(semctl, id, 1, GETZCNT, 0));
	fails(ERANGE, call(semctl, id, 1, SETVAL, 40000));
	fails(EINVAL, call(semctl, id, 3, GETVAL, 0));
	fails(EFAULT, call(semctl, id, 0, SETALL, unreadable()));
}

CALLS(semctl)
{
	static char buf[256];
	int id = make(NR_semget, 3, IPC_CREAT | 0600);

	values(id);
	works(call(semctl, id, 0, IPC_STAT, buf));
	works(call(semctl, id, 0, IPC_SET, buf));
	works(call(semctl, 0, 0, IPC_INFO, buf));
	works(call(semctl, 0, 0, SEM_INFO, buf));
	works(call(semctl, 0, 0, SEM_STAT, buf));
	works(call(semctl, 0, 0, 20 /* SEM_STAT_ANY */, buf));
	works(call(semctl, id, 0, IPC_RMID, 0));
	fails(EINVAL, call(semctl, id, 0, IPC_STAT, buf));
	fails(EINVAL, call(semctl, id, 0, -1, buf));
}

#ifdef __x86_64__
CALLS(semop)
{
	struct sembuf up = {0, 2, SEM_UNDO}, down = {0, -1, IPC_NOWAIT}, none = {9, 1, 0};
	int id = make(NR_semget, 2, IPC_CREAT | 0600);

	works(call(semop, id, &up, 1));
	works(call(semop, id, &down, 1));
	down.sem_op = -9;
	fails(EAGAIN, call(semop, id, &down, 1));
	fails(EFBIG, call(semop, id, &none, 1));
	fails(EINVAL, call(semop, id, &up, 0));
	fails(E2BIG, call(semop, id, &up, 65536));
	fails(EFAULT, call(semop, id, at_border(&up, sizeof up), 2));
}
#endif

static void timed_operations(long number, const void *soon, const void *never)
{
	struct sembuf operations[] = {{0, 1, 0}, {1, 2, SEM_UNDO}};
	struct sembuf wait = {0, -5, 0};
	int id = make(NR_semget, 2, IPC_CREAT | 0600);

	works(call_number(number, id, operations, 2, NULL));
	fails(EAGAIN, call_number(number, id, &wait, 1, soon));
	fails(EINVAL, call_number(number, id, &wait, 1, never));
	fails(EINVAL, call_number(number, -1, &wait, 1, soon));
	fails(EFAULT, call_number(number, id, &wait, 1, unreadable()));
}

#ifdef __x86_64__
CALLS(semtimedop)
{
	const struct time_words soon = {0, 1000000}, never = {0, -1};

	timed_operations(NR_semtimedop, &soon, &never);
}
#else
CALLS(semtimedop_time64)
{
	const struct time64 soon = {0, 1000000}, never = {0, -1};

	timed_operations(NR_semtimedop_time64, &soon, &never);
}
#endif

CALLS(shmget)
{
	own_namespaces(CLONE_NEWIPC);
	works(call(shmget, IPC_PRIVATE, 4096, IPC_CREAT | 0600));
	works(call(shmget, KEY, 10000, IPC_CREAT | SHM_NORESERVE | 0666));
	fails(EEXIST, call(shmget, KEY, 1, IPC_CREAT | IPC_EXCL));
	fails(EINVAL, call(shmget, IPC_PRIVATE, 0, 0600));
	fails(EINVAL, call(shmget, KEY, 100000, 0));
	call(shmget, IPC_PRIVATE, 1 << 21, IPC_CREAT | SHM_HUGETLB | 0600);
}

CALLS(shmat)
{
	int id = make(NR_shmget, 8192, IPC_CREAT | 0600);
	long where = works(call(shmat, id, NULL, 0));

	works(call(shmat, id, NULL, SHM_RDONLY | SHM_EXEC));
	works(call(shmat, id, where, SHM_REMAP));
	fails(EINVAL, call(shmat, id, where, 0));
	works(call(shmat, id, 0x20000123, SHM_RND));
	fails(EINVAL, call(shmat, id, 0x20000123, 0));
	fails(EINVAL, call(shmat, -1, NULL, 0));
}

CALLS(shmdt)
{
	int id = make(NR_shmget, 4096, IPC_CREAT | 0600);
	long where = works(call(shmat, id, NULL, 0));

	works(call(shmdt, where));
	fails(EINVAL, call(shmdt, where));
	fails(EINVAL, call(shmdt, 1));
}

CALLS(shmctl)
{
	static char buf[256];
	int id = make(NR_shmget, 4096, IPC_CREAT | 0600);

	works(call(shmctl, id, IPC_STAT, buf));
	works(call(shmctl, id, IPC_SET, buf));
	works(call(shmctl, id, SHM_LOCK, NULL));
	works(call(shmctl, id, SHM_UNLOCK, NULL));
	works(call(shmctl, 0, IPC_INFO, buf));
	works(call(shmctl, 0, SHM_INFO, buf));
	works(call(shmctl, 0, SHM_STAT, buf));
	works(call(shmctl, 0, 15 /* SHM_STAT_ANY */, buf));
	fails(EFAULT, call(shmctl, id, IPC_STAT, unmapped()));
	works(call(shmctl, id, IPC_RMID, NULL));
	fails(EINVAL, call(shmctl, id, IPC_RMID, NULL));
	fails(EINVAL, call(shmctl, id, 12345, NULL));
}

#ifdef __i386__
/* include/uapi/linux/ipc.h; the bit that asks for the newer layouts, which calls of their own always mean. */
#define NEWER 0x100
enum { SEMOP = 1, SEMGET, SEMCTL, SEMTIMEDOP, MSGSND = 11, MSGRCV, MSGGET, MSGCTL, SHMAT = 21, SHMDT, SHMGET, SHMCTL };

static void ipc_of_semaphores(void)
{
	struct sembuf up = {0, 1, 0}, down = {0, -5, 0};
	const struct time_words soon = {0, 1000000};
	unsigned value = 3;
	int id = (int)works(call(ipc, SEMGET, IPC_PRIVATE, 2, IPC_CREAT | 0600));

	works(call(ipc, SEMOP, id, 1, 0, &up));
	fails(EAGAIN, call(ipc, SEMTIMEDOP, id, 1, 0, &down, &soon));
	works(call(ipc, SEMCTL, id, 0, SETVAL, &value));
	works(call(ipc, SEMCTL, id, 0, GETVAL, &value));
	fails(EINVAL, call(ipc, SEMCTL, id, 0, 99, &value));
	fails(EINVAL, call(ipc, SEMCTL, id, 0, IPC_RMID, NULL));
	works(call(ipc, SEMCTL, id, 0, IPC_RMID, &value));
	fails(ENOENT, call(ipc, SEMGET, KEY, 2, 0));
}

static void ipc_of_queues(void)
{
	struct message message = {5, "message"};
	struct {
		struct message *message;
		long type;
	} packed = {&message, 5};
	int id = (int)works(call(ipc, MSGGET, KEY, IPC_CREAT | 0600, 0));

	works(call(ipc, MSGSND, id, 8, 0, &message));
	works(call(ipc, MSGRCV, id, 8, IPC_NOWAIT, &packed));
	works(call(ipc, MSGSND, id, 8, 0, &message));
	/* The newer version passes the type by itself. */
	works(call(ipc, MSGRCV | 1 << 16, id, 8, 0, &message, 5));
	fails(ENOMSG, call(ipc, MSGRCV, id, 8, IPC_NOWAIT, &packed));
	works(call(ipc, MSGCTL, id, IPC_STAT | NEWER, 0, out));
	works(call(ipc, MSGCTL, id, IPC_RMID, 0, NULL));
	fails(EINVAL, call(ipc, MSGCTL, id, IPC_RMID, 0, NULL));
}

static void ipc_of_memory(void)
{
	unsigned long where = 0;
	int id = (int)works(call(ipc, SHMGET, IPC_PRIVATE, 4096, IPC_CREAT | 0600));

	works(call(ipc, SHMAT, id, SHM_RDONLY, &where, NULL));
	works(call(ipc, SHMDT, 0, 0, 0, where));
	fails(EINVAL, call(ipc, SHMDT, 0, 0, 0, where));
	works(call(ipc, SHMCTL, id, IPC_STAT | NEWER, 0, out));
	works(call(ipc, SHMCTL, id, IPC_RMID, 0, NULL));
	fails(EINVAL, call(ipc, SHMAT, id, 0, &where, NULL));
	fails(EINVAL, call(ipc, SHMAT | 1 << 16, id, 0, &where, NULL));
}

CALLS(ipc)
{
	own_namespaces(CLONE_NEWIPC);
	ipc_of_semaphores();
	ipc_of_queues();
	ipc_of_memory();
	fails(ENOSYS, call(ipc, 99, 1, 2, 3, 4, 5));
	fails(ENOSYS, call(ipc, -1, -1, -1, -1, -1, -1));
	fails(EFAULT, call(ipc, MSGRCV, 0, 8, 0, unreadable(), 0));
	fails(EFAULT, call(ipc, SEMCTL, 0, 0, GETVAL, unreadable()));
}
#endif

EXTRA(hostile_ipc)
{
	int id = make(NR_msgget, IPC_CREAT | 0600, 0);

	call(msgget, -1, -1);
	fails(EFAULT, call(msgsnd, id, at_border("type", 4), 4, 0));
	fails(EFAULT, call(msgsnd, id, unmapped(), 8192, IPC_NOWAIT));
	fails(EINVAL, call(msgrcv, -1, -1, -1, -1, -1));
	fails(EINVAL, call(msgctl, -1, -1, -1));
	fails(EINVAL, call(semget, -1, -1, -1));
	fails(EINVAL, call(semctl, -1, -1, -1, -1));
	fails(EINVAL, call(semctl, INT32_MIN, INT32_MIN, SETVAL, unreadable()));
	call(shmget, IPC_PRIVATE, -1, IPC_CREAT | 0600);
	fails(EINVAL, call(shmat, -1, -1, -1));
	fails(EINVAL, call(shmdt, -1));
	fails(EINVAL, call(shmctl, -1, -1, -1));
}
