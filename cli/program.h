/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include <sys/types.h>

/* Other programs: where they are, how they start and end. */

#define PROGRAM_MAX 4096

/*
 * The path of the daemon: $ALERTED (name "alerted" only), the folder this
 * command is in and its neighbour ../sbin, the PATH, /usr/local/sbin and
 * /usr/sbin.  -ENOENT when it is nowhere.
 */
int program_find(const char *name, char out[PROGRAM_MAX]);
/* The path of this command itself. */
int program_self(char out[PROGRAM_MAX]);

/*
 * Start a program whose standard output and error go to a file, and which
 * ends when we do.  Returns its process id, or -errno.
 */
pid_t program_start(char *const argv[], const char *log);
/* Its exit code, 128 and more for a signal, or -EAGAIN while it runs. */
int program_poll(pid_t pid);
/* Ask it to end, insist after a second, and collect it. */
void program_stop(pid_t pid);

#endif
