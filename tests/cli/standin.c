/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stand-in for alerted: speaks its interface on a socket, with the same
 * answers every time, and writes down what it was asked.
 *
 * usage: standin SOCKET LOG
 *
 * An alert or a file called "error-NAME" is answered with that error.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

static FILE *log_file;

#define ALERT(id, code, exercise, acked) \
	"{\"id\":" id ",\"reference\":\"00112233445566778899aabbccddeeff\"," \
	"\"code\":\"" code "\",\"state\":\"open\",\"exercise\":" exercise "," \
	"\"trust\":\"weak\",\"gesture\":\"double\",\"wearer\":\"marie\"," \
	"\"button\":\"keyring\",\"presses\":2,\"step\":1," \
	"\"opened\":\"2026-11-24T14:05:33+01:00\"," \
	"\"pressed\":\"2026-11-24T14:05:40+01:00\"," \
	"\"changed\":\"2026-11-24T14:05:41+01:00\",\"acked_by\":\"" acked "\"," \
	"\"relay\":\"auto_ack\",\"durable\":true}"

static const char status[] =
	"{\"schema\":\"alerte/1\",\"state\":\"degraded\",\"version\":\"0.1.0\","
	"\"armed\":false,\"locked\":false,\"durable\":true,\"live\":1,"
	"\"waiting\":0,\"faults\":[\"modem\"],"
	"\"radio\":{\"driver\":\"replay\",\"state\":\"ready\"},"
	"\"modem\":{\"driver\":\"spool\",\"state\":\"missing\"},"
	"\"endpoints\":[{\"id\":\"centre\",\"state\":\"ready\"}],"
	"\"counters\":{\"heard\":12,\"strangers\":3}}";

static const char alerts[] =
	"{\"schema\":\"alerte/1\",\"alerts\":["
	ALERT("7", "7K2", "false", "") "]}";

/* A terminal's escape in a text that came from outside. */
static const char show_real[] =
	"{\"schema\":\"alerte/1\",\"alert\":" ALERT("7", "7K2", "false", "")
	",\"attempts\":[{\"id\":1,\"what\":\"alert\",\"channel\":\"sms\","
	"\"state\":\"sent\",\"contact\":\"paul\",\"step\":1,\"sends\":1,"
	"\"resends\":0,\"changed\":\"2026-11-24T14:05:34+01:00\"},"
	"{\"id\":2,\"what\":\"relay-first\",\"channel\":\"relay114\","
	"\"state\":\"delivered\",\"contact\":\"\",\"step\":1,\"sends\":1,"
	"\"resends\":0,\"changed\":\"2026-11-24T14:05:34+01:00\"}],"
	"\"notes\":[{\"id\":1,\"kind\":\"relay-in\","
	"\"at\":\"2026-11-24T14:06:00+01:00\",\"who\":\"114\","
	"\"text\":\"Bonjour, ici le 114 \\u001b[2J quelle est votre adresse ?"
	" Dites-nous combien de personnes sont avec vous\"}]}";

static const char show_silent[] =
	"{\"schema\":\"alerte/1\",\"alert\":" ALERT("9", "9AB", "true", "")
	",\"attempts\":[{\"id\":3,\"what\":\"exercise\",\"channel\":\"sms\","
	"\"state\":\"delivered\",\"contact\":\"paul\",\"step\":1,\"sends\":1,"
	"\"resends\":0,\"changed\":\"2026-11-24T14:05:34+01:00\"}],"
	"\"notes\":[]}";

static const char show_answered[] =
	"{\"schema\":\"alerte/1\",\"alert\":" ALERT("8", "8CD", "true", "paul")
	",\"attempts\":[],\"notes\":[]}";

static const char applied[] =
	"{\"schema\":\"alerte/1\",\"changed\":4,\"errors\":[]}";

static const char refused[] =
	"{\"schema\":\"alerte/1\",\"changed\":0,"
	"\"errors\":[\"site.conf:3: no such contact: paul\"]}";

static int answer(sd_bus_message *m, const char *text)
{
	return sd_bus_reply_method_return(m, "s", text);
}

static int answer_show(sd_bus_message *m, const char *alert)
{
	if (strcmp(alert, "9") == 0)
		return answer(m, show_silent);
	if (strcmp(alert, "8") == 0)
		return answer(m, show_answered);

	return answer(m, show_real);
}

/* A call is one line, whatever its arguments hold. */
static void put_line(const char *s)
{
	for (; *s != '\0'; s++)
		fputs(*s == '\n' ? "\\n" : (char[]){ *s, '\0' }, log_file);
}

/* Write down the call; its first text argument, or "", is left in first. */
static void write_down(sd_bus_message *m, const char **first)
{
	const char *types = sd_bus_message_get_signature(m, 1), *s;
	size_t i;

	fprintf(log_file, "%s", sd_bus_message_get_member(m));
	for (i = 0; types[i] != '\0'; i++) {
		int64_t x = 0;

		if (types[i] != 's') {
			sd_bus_message_read_basic(m, types[i], &x);
			fprintf(log_file, "|%lld", (long long)x);
			continue;
		}

		sd_bus_message_read_basic(m, 's', &s);
		fputc('|', log_file);
		put_line(s);
		if (**first == '\0')
			*first = s;
	}

	fputc('\n', log_file);
	fflush(log_file);
}

static int on_call(sd_bus_message *m, void *context, sd_bus_error *error)
{
	const char *first = "", *name;
	char full[128];

	(void)context;
	if (sd_bus_message_is_method_call(m, "org.alerte.Alerted1", NULL) <= 0)
		return 0;

	write_down(m, &first);
	name = sd_bus_message_get_member(m);

	if (strncmp(first, "error-", 6) == 0) {
		snprintf(full, sizeof(full), "org.alerte.Error.%s", first + 6);
		return sd_bus_error_setf(error, full, "planted: %s", first);
	}

	if (strcmp(name, "Status") == 0)
		return answer(m, status);
	if (strcmp(name, "Alerts") == 0)
		return answer(m, alerts);
	if (strcmp(name, "Show") == 0)
		return answer_show(m, first);
	if (strcmp(name, "Apply") == 0)
		return answer(m, strstr(first, "bad") ? refused : applied);
	if (strcmp(name, "Export") == 0)
		return answer(m, "wearer marie {\n\tname = \"Marie Durand\"\n}\n");
	if (strcmp(name, "Arm") == 0)
		return answer(m, "ABCD2345");
	if (strcmp(name, "Exercise") == 0)
		return sd_bus_reply_method_return(m, "x", (int64_t)
						  (strcmp(first, "silent") ? 8 : 9));

	return sd_bus_reply_method_return(m, NULL);
}

static void serve(int fd)
{
	sd_bus *bus = NULL;
	sd_id128_t id;
	int r;

	if (sd_id128_randomize(&id) < 0 || sd_bus_new(&bus) < 0)
		exit(1);

	r = sd_bus_set_fd(bus, fd, fd);
	if (r >= 0)
		r = sd_bus_set_server(bus, 1, id);
	if (r >= 0)
		r = sd_bus_start(bus);
	if (r >= 0)
		r = sd_bus_add_filter(bus, NULL, on_call, NULL);

	while (r >= 0) {
		r = sd_bus_process(bus, NULL);
		if (r == 0)
			r = sd_bus_wait(bus, UINT64_MAX);
	}

	sd_bus_unref(bus);
}

int main(int argc, char **argv)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int listener, fd;

	if (argc != 3 || strlen(argv[1]) >= sizeof(at.sun_path))
		return 64;

	log_file = fopen(argv[2], "w");
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	strcpy(at.sun_path, argv[1]);
	if (log_file == NULL || listener < 0 ||
	    bind(listener, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(listener, 8) < 0) {
		perror(argv[1]);
		return 74;
	}

	for (;;) {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0)
			serve(fd);
		else if (errno != EINTR)
			return 74;
	}
}
