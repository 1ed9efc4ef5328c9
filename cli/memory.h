/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_MEMORY_H
#define CLI_MEMORY_H

#include <stdint.h>

/* Memory that the daemon may be handed as a file; -errno. */
int memory_make(void);
/*
 * All of one file, from where it stands, to the other: bytes copied, -EFBIG
 * when there are more than most, or another -errno.
 */
int64_t memory_copy(int from, int to, int64_t most);
/* From its start, and never to be changed: what is read is what was judged. */
int memory_seal(int fd);
/* What was not sealed is given back at once, whoever else has it open. */
void memory_close(int fd);

#endif
