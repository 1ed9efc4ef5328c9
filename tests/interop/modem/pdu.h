/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INTEROP_MODEM_PDU_H
#define INTEROP_MODEM_PDU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The PDUs of 3GPP TS 23.040 as the simulated network reads and writes them:
 * SMS-SUBMIT in, SMS-DELIVER and SMS-STATUS-REPORT out.  In hexadecimal, with
 * an SMSC field in front, as the AT commands of TS 27.005 carry them.
 */

#define PDU_TEXT_MAX 1024
#define PDU_HEX_MAX 512
#define PDU_NUMBER_MAX 24

/* Place of a part in a longer text; total 1 and reference 0 when alone. */
struct pdu_part {
	unsigned int reference, total, sequence;
};

struct pdu_submit {
	char number[PDU_NUMBER_MAX];
	char text[PDU_TEXT_MAX];	/* UTF-8 */
	struct pdu_part part;
	uint8_t dcs;
	bool report;			/* a status report is asked for */
	int validity;			/* relative validity octet, or -1 */
};

/* 0, or -1 when malformed.  length: as given to AT+CMGS. */
int pdu_submit_read(const char *hex, size_t length, struct pdu_submit *out);

/*
 * Write an SMS-DELIVER; *length is what AT+CMGR shows.  GSM-7 when the text
 * has nothing else, UCS-2 otherwise.  -1 when it does not fit one part.
 */
int pdu_deliver_write(const char *from, const char *text,
		      const struct pdu_part *part, char hex[PDU_HEX_MAX],
		      size_t *length);

/* Write a status report; *length is what +CDS shows. */
int pdu_report_write(uint8_t reference, const char *to, uint8_t status,
		     char hex[PDU_HEX_MAX], size_t *length);

#endif
