/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any packet of the kernel's Bluetooth management API.  What a parser takes
 * lies inside the packet; what it refuses leaves its output as it was.
 */
#include <string.h>

#include "fuzz/fuzz.h"
#include "radio/mgmt_wire.h"

#define SAME(a, b) (!memcmp(&(a), &(b), sizeof(a)))

static void inside(const struct fuzz_block *b, const uint8_t *at, size_t len)
{
	must(at >= b->at && len <= b->len &&
	     (size_t)(at - b->at) <= b->len - len);
}

static void check_found(const struct fuzz_block *b, const struct mgmt_packet *p)
{
	struct mgmt_found f, before;

	memset(&f, 0x5a, sizeof(f));
	memcpy(&before, &f, sizeof(f));

	if (mgmt_found_parse(p, &f)) {
		inside(b, f.ad, f.len);
		must(f.le || !f.random);
	} else {
		must(SAME(f, before));
	}
}

static void check_indexes(const struct mgmt_answer *a)
{
	uint16_t index[4] = { 1, 2, 3, 4 }, before[4] = { 1, 2, 3, 4 };
	int n = mgmt_indexes_parse(a, index, 3);

	must(n >= -1 && (n < 0 || 2 + 2 * (size_t)n <= a->len));
	must(index[3] == before[3] && (n > 0 || SAME(index, before)));
}

static void check_answer(const struct fuzz_block *b,
			 const struct mgmt_packet *p)
{
	uint32_t supported = 1, settings = 2, offloaded = 3;
	struct mgmt_answer a, before;
	bool full = true;

	memset(&a, 0x5a, sizeof(a));
	memcpy(&before, &a, sizeof(a));

	if (!mgmt_answer_parse(p, &a)) {
		must(SAME(a, before));
		return;
	}

	inside(b, a.data, a.len);
	check_indexes(&a);
	must(mgmt_info_parse(&a, &supported, &settings) ||
	     (supported == 1 && settings == 2));
	must(mgmt_monitors_parse(&a, &offloaded, &full) ||
	     (offloaded == 3 && full));
}

static void check_values(const struct mgmt_packet *p)
{
	uint32_t settings = 7;
	uint16_t handle = 7;
	bool on = true;

	must(mgmt_settings_parse(p->data, p->len, &settings) || settings == 7);
	must(mgmt_handle_parse(p->data, p->len, &handle) || handle == 7);
	must(mgmt_discovering_parse(p, &on) || on);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_block b = fuzz_block(data, size);
	struct mgmt_packet p, before;

	memset(&p, 0x5a, sizeof(p));
	memcpy(&before, &p, sizeof(p));

	if (mgmt_packet_parse(b.at, b.len, &p)) {
		inside(&b, p.data, p.len);
		check_found(&b, &p);
		check_answer(&b, &p);
		check_values(&p);
	} else {
		must(SAME(p, before));
	}

	fuzz_block_free(&b);
	return 0;
}
