/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The kernel's objects at an address. From 6.2 on a program may take any address for an object, whose members are then
 * plain loads that give 0 where no memory is (bpf_rdonly_cast(), kernel/bpf/helpers.c). Before, a helper copies, for the
 * time of ten loads: what lies near the beginning of an object is copied at once. One source is compiled for both, and
 * user space loads the one for its kernel.
 */
#ifndef HT_BPF_OBJECT_H
#define HT_BPF_OBJECT_H

#include "state.h"

#define NAME_MAX 255u /* include/uapi/linux/limits.h */

/* A step of a path. A short name is copied by plain stores. */
struct link {
	struct dentry *parent;
	ht_u64 name;
	ht_u32 length;
	bool is_short;
	bool is_unhashed; /* it has no name any more; told of the first step */
};

#ifndef HT_OLD_KERNEL

extern void *bpf_rdonly_cast(const void *object, ht_u32 type) __ksym;

/* Memory, as an object that is nothing but words: what is read is a number, whatever it stands for. */
static __always_inline const ht_u64 *words_at(ht_u64 address)
{
	return bpf_rdonly_cast((const void *)address, bpf_core_type_id_kernel(struct pt_regs));
}

static __always_inline ht_u64 word_at(ht_u64 address)
{
	return *words_at(address);
}

#define OBJECT(s, type, address) ((type *)bpf_rdonly_cast((const void *)(address), bpf_core_type_id_kernel(type)))

/* A member of the object that was looked at last. */
#define LOOK_AT(s, address) ((void)0)
#define MEMBER(s, address, type, member) \
	(*(const typeof(((type *)0)->member) *)words_at((ht_u64)(address) + bpf_core_field_offset(type, member)))
#define LOAD(object, member) ((object)->member)

/* The name of the current task, which the kernel pads with zero since 5.17. */
static __always_inline void comm_read(struct task_struct *task, char to[HT_COMM])
{
	const ht_u64 *comm = (const ht_u64 *)task->comm;

	((ht_u64 *)to)[0] = comm[0];
	((ht_u64 *)to)[1] = comm[1];
}

static __always_inline void link_read(struct scratch *s, struct link *link, struct dentry *dentry, bool first)
{
	link->parent = dentry->d_parent;
	link->name = (ht_u64)dentry->d_name.name;
	link->length = dentry->d_name.len & NAME_MAX;
	link->is_unhashed = first && !dentry->d_hash.pprev;
	link->is_short = link->length <= SHORT_NAME;
}

/* Of a short name: the SHORT_NAME bytes before its end, some of which lie before its beginning, in the same object. */
static __always_inline const ht_u64 *name_words(struct scratch *s, const struct link *link)
{
	return words_at(link->name + link->length - SHORT_NAME);
}

#else

static __always_inline ht_u64 word_at(ht_u64 address)
{
	ht_u64 word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), (const void *)address);
	return word;
}

/* By way of memory, where the verifier forgets what it takes the address for. */
#define OBJECT(s, type, address) ({ (s)->object = (ht_u64)(address); (type *)(s)->object; })

#define LOOK_AT(s, address) bpf_probe_read_kernel((s)->snapshot, SNAPSHOT_BYTES, (const void *)(address))
#define MEMBER(s, address, type, member) \
	({ \
		typeof(((type *)0)->member) _v; \
		if (bpf_core_field_offset(type, member) + sizeof(_v) <= SNAPSHOT_BYTES) \
			_v = *(typeof(_v) *)((s)->snapshot + bpf_core_field_offset(type, member)); \
		else \
			bpf_core_read(&_v, sizeof(_v), &((type *)(address))->member); \
		_v; \
	})
#define LOAD(object, member) BPF_CORE_READ(object, member)

static __always_inline void comm_read(struct task_struct *task, char to[HT_COMM])
{
	bpf_get_current_comm(to, HT_COMM);
}

/* What a dentry says of its place. These members are neighbours in every kernel, else they are read singly. */
static __always_inline void link_read(struct scratch *s, struct link *link, struct dentry *dentry, bool first)
{
	const ht_u32 hash = bpf_core_field_offset(struct dentry, d_hash), parent = bpf_core_field_offset(struct dentry, d_parent),
		     name = bpf_core_field_offset(struct dentry, d_name), inode = bpf_core_field_offset(struct dentry, d_inode);
	const bool together = parent == hash + 16 && name == parent + 8 && inode == name + 16;
	ht_u64 *words = s->dentry, at = (ht_u64)dentry + hash;

	if (together) {
		bpf_probe_read_kernel(words, DENTRY_WORDS * 8 + SHORT_NAME, (const void *)at);
	} else {
		bpf_core_read(words, 16, &dentry->d_hash);
		bpf_core_read(words + 2, 8, &dentry->d_parent);
		bpf_core_read(words + 3, 16, &dentry->d_name);
	}
	link->parent = (struct dentry *)words[2];
	link->name = words[4];
	link->length = words[3] >> 32 & NAME_MAX;
	link->is_unhashed = first && !words[1];
	link->is_short = together && link->name == at + DENTRY_WORDS * 8 && link->length <= SHORT_NAME;
}

static __always_inline const ht_u64 *name_words(struct scratch *s, const struct link *link)
{
	return (const ht_u64 *)((const ht_u8 *)&s->dentry[DENTRY_WORDS] + (link->length & 63) - SHORT_NAME);
}

#endif

#endif
