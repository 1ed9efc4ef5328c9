/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/enrolled.h"

#define EVERYWHERE(...) .address = { __VA_ARGS__ }, .sender = { __VA_ARGS__ }

/* Addresses and keys of rows of the corpus, so that its frames open here. */
const struct enrolled enrolled[] = {
	{ .id = "plain", .wearer = "marie",
	  EVERYWHERE(0xa4, 0xc1, 0x38, 0x8d, 0x18, 0xb2) },
	{ .id = "bthome", .wearer = "anna",
	  EVERYWHERE(0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5),
	  .key = { 0x23, 0x1d, 0x39, 0xc1, 0xd7, 0xcc, 0x1a, 0xb1, 0xae, 0xe2,
		   0x24, 0xcd, 0x09, 0x6d, 0xb9, 0x32 },
	  .key_len = 16, .grace_s = 5, .seals = "bthome-v2" },
	{ .id = "mibeacon", .wearer = "anna",
	  EVERYWHERE(0xa4, 0xc1, 0x38, 0xa1, 0xfe, 0xe6),
	  .format = "mibeacon",
	  .key = { 0x8b, 0xdf, 0xf7, 0xd0, 0xf7, 0x0f, 0xa7, 0xf5, 0xc6, 0x8f,
		   0x42, 0x15, 0x7b, 0x5f, 0xd6, 0x5b },
	  .key_len = 16, .seals = "mibeacon" },
	{ .id = "remote", .wearer = "anna",
	  EVERYWHERE(0xf8, 0x24, 0x41, 0xc5, 0x98, 0x8b),
	  .format = "mibeacon",
	  .key = { 0xb8, 0x53, 0x07, 0x51, 0x58, 0x48, 0x7c, 0xa3, 0x9a, 0x5b,
		   0x5e, 0xa9 },
	  .key_len = 12, .seals = "mibeacon" },
	{ .id = "older", .wearer = "anna",
	  EVERYWHERE(0xa4, 0xc1, 0x38, 0x8d, 0x18, 0xb3),
	  .format = "bthome-v1", .key = { 1, 2, 3 }, .key_len = 16,
	  .seals = "bthome-v1" },
	{ .id = "puck", .wearer = "marie",
	  EVERYWHERE(0xd0, 0x07, 0x57, 0x00, 0x00, 0x01),
	  .format = "ela" },
	{ .id = "sonoff", .wearer = "marie",
	  .address = { 0, 0, 0x5a, 0xd5, 0x09, 0x22 },
	  .sender = { 0x66, 0x55, 0x44, 0x33, 0x22, 0x11 },
	  .format = "sonoff" },
	/* what sealed_button.c calls button 0; its address is nobody's */
	{ .id = "sealed", .wearer = "zoe",
	  .sender = { 0x4a, 1, 2, 3, 4, 5 },
	  .key = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
		   17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31 },
	  .key_len = 32, .grace_s = 5, .seals = "sealed-v1" },
	{ .id = "beacon", .wearer = "marie",
	  .sender = { 0x4b, 1, 2, 3, 4, 5 },
	  .trigger = "service-data:8800:80/80,hold=5000" },
	{ .id = "pendant", .wearer = "marie",
	  EVERYWHERE(0xc0, 0, 0, 0, 0, 0x01), .format = "valrt" },
	{ .id = "nobody", .wearer = "marie",
	  EVERYWHERE(0x02, 0, 0, 0, 0, 0x01),
	  .stranger = true },
};

const struct enrolled_wearer enrolled_wearers[] = {
	{ "marie", ALERTE_TRUST_NONE },
	{ "anna", ALERTE_TRUST_WEAK },
	{ "zoe", ALERTE_TRUST_STRONG },
	{ NULL, ALERTE_TRUST_NONE }
};

const size_t enrolled_count = sizeof(enrolled) / sizeof(enrolled[0]);
