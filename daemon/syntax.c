/* SPDX-License-Identifier: Apache-2.0 */
#include "syntax.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scan.h"

/* libconfuse hands its errors to a function without a context. */
static struct syntax *parsing;

static void on_error(cfg_t *cfg, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));
static void on_error(cfg_t *cfg, const char *format, va_list ap)
{
	char what[256];

	vsnprintf(what, sizeof(what), format, ap);
	complain(parsing->out, parsing->file, cfg->line, "%s; alerted.conf(5) "
		 "lists what may stand here", what);
}

bool syntax_open(struct syntax *s, const char *file, const char *text,
		 size_t len, cfg_opt_t *opts, const char *repeats,
		 struct complaints *out)
{
	size_t before = out->n;
	char *copy;

	memset(s, 0, sizeof(*s));
	s->file = file;
	s->out = out;

	scan(s, text, len, repeats);

	if (out->n != before)
		return false;

	copy = malloc(len + 2);
	s->cfg = copy ? cfg_init(opts, CFGF_NONE) : NULL;

	if (!s->cfg) {
		free(copy);
		complain(out, file, 0, "memory ran out");
		return false;
	}

	memcpy(copy, text, len);
	strcpy(copy + len, "\n");

	parsing = s;
	cfg_set_error_function(s->cfg, on_error);

	if (cfg_parse_buf(s->cfg, copy) != CFG_SUCCESS && out->n == before)
		complain(out, file, 0, "cannot be read");

	parsing = NULL;
	explicit_bzero(copy, len);
	free(copy);
	return out->n == before;
}

void syntax_close(struct syntax *s)
{
	if (s->cfg)
		cfg_free(s->cfg);

	free(s->mark);
	memset(s, 0, sizeof(*s));
}

static const struct syntax_mark *find(const struct syntax *s, const char *path)
{
	size_t i;

	for (i = 0; i < s->nmarks; i++)
		if (!strcmp(s->mark[i].path, path))
			return &s->mark[i];

	return NULL;
}

bool syntax_has(const struct syntax *s, const char *path)
{
	return find(s, path) != NULL;
}

int syntax_line(const struct syntax *s, const char *path)
{
	char around[SYNTAX_PATH_MAX];
	const struct syntax_mark *m;
	char *slash;

	snprintf(around, sizeof(around), "%s", path);

	while (!(m = find(s, around))) {
		slash = strrchr(around, '/');
		if (!slash)
			return 0;
		*slash = '\0';
	}

	return m->line;
}

static int read_all(int fd, char *text, size_t cap, size_t *len)
{
	size_t got = 0;
	ssize_t n;

	while ((n = read(fd, text + got, cap - got)) > 0)
		got += (size_t)n;

	if (n < 0)
		return -errno;

	*len = got;
	return 0;
}

int file_read(const char *path, char **text, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	char *room;
	int r;

	if (fd < 0)
		return -errno;

	if (fstat(fd, &st) < 0) {
		r = -errno;
	} else if (!S_ISREG(st.st_mode)) {
		r = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	} else if (st.st_size > SYNTAX_TEXT_MAX) {
		r = -EFBIG;
	} else {
		room = malloc((size_t)st.st_size + 1);
		r = room ? read_all(fd, room, (size_t)st.st_size, len)
			 : -ENOMEM;
		if (r < 0)
			free(room);
		else
			room[*len] = '\0', *text = room;
	}

	close(fd);
	return r;
}
