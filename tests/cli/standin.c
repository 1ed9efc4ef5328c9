/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stand-in for alerted: speaks its interface on a socket, with the same
 * answers every time, and writes down what it was asked.
 *
 * usage: standin SOCKET LOG
 *
 * An alert or a file called "error-NAME" is answered with that error, and
 * Backup and Restore with the one that LOG.fail names, and with Invalid when
 * their file is not memory; the last key they were given is in LOG.key.  A look
 * at how far enrolling is finds the last answer once there is LOG.proved.  There
 * is no receiver once there is LOG.deaf, the radio is deaf for the reason that
 * LOG.trouble has, and there is nothing to export once there is LOG.empty.  A
 * button is enrolled as its name says: enrol_answers below.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

static FILE *log_file;
static char fail_path[4096], key_path[4096], proved_path[4096];
static char deaf_path[4096], empty_path[4096], trouble_path[4096];
static char status_path[4096];
static char enrolling[32];	/* the button's id */
static size_t looks;		/* at how far it is */

#define ALERT(id, code, exercise, acked) \
	"{\"id\":" id ",\"reference\":\"00112233445566778899aabbccddeeff\"," \
	"\"code\":\"" code "\",\"state\":\"open\",\"exercise\":" exercise "," \
	"\"trust\":\"weak\",\"gesture\":\"double\",\"wearer\":\"marie\"," \
	"\"button\":\"keyring\",\"presses\":2,\"step\":1," \
	"\"opened\":\"2026-11-24T14:05:33+01:00\"," \
	"\"pressed\":\"2026-11-24T14:05:40+01:00\"," \
	"\"changed\":\"2026-11-24T14:05:41+01:00\",\"acked_by\":\"" acked "\"," \
	"\"relay\":\"auto_ack\",\"durable\":true}"

#define STATUS \
	"{\"schema\":\"alerte/1\",\"state\":\"degraded\",\"version\":\"0.1.0\"," \
	"\"armed\":false,\"locked\":false,\"durable\":true,\"live\":1," \
	"\"waiting\":0,\"faults\":[\"modem\"]," \
	"\"radio\":%s," \
	"\"modem\":{\"driver\":\"spool\",\"state\":\"missing\"}," \
	"\"endpoints\":[{\"id\":\"centre\",\"state\":\"ready\"}]," \
	"\"power\":{\"mains\":\"lost\",\"battery\":14}," \
	"\"selftest\":{\"state\":\"refused\"," \
	"\"passed\":\"2026-03-10T14:05:00+01:00\",\"next\":null}," \
	"\"expiry\":[{\"what\":\"sim\",\"state\":\"soon\"," \
	"\"ends\":\"2026-03-31\"},{\"what\":\"cert_file\"," \
	"\"endpoint\":\"the-server-of-the-association-1\"," \
	"\"state\":\"unreadable\"}]," \
	"\"counters\":{\"heard\":12,\"strangers\":3}}"

#define ADAPTER(name, state, rate, last, button, restarts, cycles) \
	"{\"name\":\"" name "\",\"state\":\"" state "\",\"heard\":1200," \
	"\"rate\":" rate ",\"last_age_ms\":" last ",\"enrolled_age_ms\":" \
	button ",\"scanning\":true,\"powered\":true,\"blocked\":false," \
	"\"failing\":false,\"restarts\":" restarts ",\"cycles\":" cycles "," \
	"\"resets\":0,\"stage\":\"scan\"}"

static const char radio_none[] = "{\"driver\":\"none\",\"state\":\"none\"}";

/* The words that a driver's reason has come from outside, too. */
static const char radio_heard[] =
	"{\"driver\":\"bluez\",\"choice\":\"auto\",\"state\":\"listening\","
	"\"deaf\":\"well\",\"changes\":1,\"why\":\"mgmt: not permitted "
	"\\u001b[2J; give it CAP_NET_ADMIN, as alerted.service does\","
	"\"overflowed\":0,\"canary_age_ms\":65000,\"adapters\":["
	ADAPTER("hci0", "well", "430", "400", "12000", "1", "0") ","
	ADAPTER("hci1", "blocked", "3", "7200000", "null", "0", "0") ","
	ADAPTER("hci2", "silent", "0", "null", "null", "2", "11") "]}";

/* Deaf, with the reason that LOG.trouble has. */
#define RADIO_DEAF \
	"{\"driver\":\"mgmt\",\"choice\":\"mgmt\",\"state\":\"deaf\"," \
	"\"deaf\":\"%s\",\"changes\":0,\"why\":\"\",\"canary_age_ms\":null," \
	"\"adapters\":[]}"

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

#define SHOWN(what, channel, to, address, step, after, refused) \
	"{\"what\":\"" what "\",\"channel\":\"" channel "\"," \
	"\"contact\":\"" to "\",\"address\":\"" address "\"," \
	"\"lang\":\"fr\",\"step\":" step ",\"after\":" after "," \
	"\"refused\":" refused ",\"parts\":1,\"subject\":\"\","
#define SHOWN_TEXT(text) "\"text\":\"" text "\",\"characters\":150," \
	"\"septets\":150,\"encoding\":\"GSM 03.38\",\"body\":null," \
	"\"content_type\":\"\"}"
static const char preview[] =
	"{\"schema\":\"alerte/1\",\"of\":\"button\",\"id\":\"keyring\","
	"\"gesture\":\"press\",\"trust\":\"strong\",\"texts\":["
	SHOWN("relay-first", "relay114", "", "..........14", "0", "0", "true")
	SHOWN_TEXT("URGENCE violences conjugales, bouton d'alerte (SMS "
		   "automatique). 12 rue Garibaldi, 69003 Lyon.") ","
	SHOWN("alert", "https", "asso", "server", "1", "0", "false")
	"\"text\":null,\"characters\":0,\"septets\":null,"
	"\"encoding\":\"UTF-8\",\"body\":\"{}\","
	"\"content_type\":\"application/json\"},"
	SHOWN("alert", "sms", "lea", "..........02", "2", "60", "false")
	SHOWN_TEXT("ALERTE. Marie D. a appuy\\u00e9 sur son bouton \\u00e0 14h05, "
		   "12 rue \\u001b[2JGaribaldi, Lyon 3e. Ne l'appelez pas. "
		   "Appelez le 17. Si vous vous en occupez, "
		   "r\\u00e9pondez OK 7K2") ","
	SHOWN("all-clear", "sms", "lea", "..........02", "0", "null", "false")
	SHOWN_TEXT("Alerte 7K2 annul\\u00e9e") "]}";

static const char site[] =
	"contact paul {\n\tname = \"button of Paul\"\n}\n"
	"contact nadia {\n}\n"
	"wearer marie {\n\tname = \"Marie Durand\"\n\tcontact = {\"paul\"}\n}\n"
	"button keyring {\n\twearer = \"marie\"\n}\n"
	"button pendant {\n}\nbutton screen {\n}\nbutton b {\n}\n";

static const char applied[] =
	"{\"schema\":\"alerte/1\",\"changed\":4,\"errors\":[]}";

/* The rehearsal of a file that holds no more of these, and the act. */
static const char loses_button[] =
	"{\"schema\":\"alerte/1\",\"changed\":4,\"errors\":[],\"removed\":["
	"\"button keyring\",\"contact paul\"],\"reach\":[\"pendant: a press of it "
	"reaches 2 contacts and not the 114, as this gateway is not armed; its "
	"silence is not noticed\"]}";
static const char loses_contact[] =
	"{\"schema\":\"alerte/1\",\"changed\":1,\"errors\":[],\"removed\":["
	"\"contact paul\"]}";

static const char refused[] =
	"{\"schema\":\"alerte/1\",\"changed\":0,"
	"\"errors\":[\"site.conf:3: no such contact: paul\"]}";

static const char buttons[] =
	"{\"schema\":\"alerte/1\",\"buttons\":["
	"{\"id\":\"keyring\",\"wearer\":\"marie\",\"by\":\"address\","
	"\"format\":\"bthome-v2\",\"address\":\"54:48:E6:8F:80:A5\","
	"\"trigger\":\"\",\"key\":\"aes\",\"grace\":0,\"silence\":3600,"
	"\"presence\":\"silent\",\"battery\":18,\"battery_low\":true},"
	"{\"id\":\"pendant\",\"wearer\":\"marie\",\"by\":\"key\","
	"\"format\":\"\",\"address\":\"\",\"trigger\":\"\","
	"\"key\":\"sealed\",\"grace\":5,\"silence\":7200,"
	"\"presence\":\"present\",\"battery\":85,\"battery_low\":false},"
	"{\"id\":\"a-button-of-a-very-long-name-31c\",\"wearer\":"
	"\"a-wearer-of-a-very-long-name-31ch\",\"by\":\"beacon\","
	"\"format\":\"\",\"address\":\"\",\"trigger\":\"ibeacon:"
	"cdca0d938d39454a8816e603a1484724:0001:0002,hold=10000,rssi=-80\","
	"\"key\":\"none\",\"grace\":0},"
	"{\"id\":\"screen\",\"wearer\":\"marie\",\"by\":\"host\","
	"\"format\":\"\",\"address\":\"\",\"trigger\":\"\","
	"\"key\":\"none\",\"grace\":0}]}";

static const char contacts[] =
	"{\"schema\":\"alerte/1\",\"contacts\":["
	"{\"id\":\"asso\",\"name\":\"Association X\",\"role\":\"association\","
	"\"lang\":\"fr\",\"channels\":[\"sms\",\"https\"],"
	"\"consent\":\"none\",\"last\":false,\"invited\":null,"
	"\"answered\":null,\"heard\":\"2026-11-24T14:05:00+01:00\"},"
	"{\"id\":\"a-contact-of-a-very-long-name-31\",\"name\":"
	"\"Paul\\u001b[31m\",\"role\":\"contact\",\"lang\":\"en\","
	"\"channels\":[\"sms\",\"https\",\"email\"],"
	"\"consent\":\"leaving\",\"last\":true,\"invited\":"
	"\"2026-11-20T10:00:00+01:00\",\"answered\":"
	"\"2026-11-24T14:05:00+01:00\",\"heard\":"
	"\"2026-11-24T14:05:00+01:00\"},"
	"{\"id\":\"lea\",\"name\":\"Lea\",\"role\":\"contact\","
	"\"lang\":\"fr\",\"channels\":[\"sms\"],\"consent\":\"left\","
	"\"last\":false,\"invited\":null,\"answered\":"
	"\"2026-11-24T14:05:00+01:00\",\"heard\":null}]}";

/* What each look is answered, the last again and again. */
struct enrol_answers {
	const char *id, *answer[4];
};

#define HEARD(state, id, again, heard, unopened, plain) \
	"{\"schema\":\"alerte/1\",\"state\":\"" state "\",\"id\":\"" id \
	"\",\"again\":" again ",\"heard\":" heard ",\"unopened\":" unopened \
	",\"plain\":" plain "}"
#define PROVED(id, again, format, trust, contacts, relay) \
	PROVED_HEARD(id, again, format, trust, contacts, relay, "0")
#define PROVED_HEARD(id, again, format, trust, contacts, relay, silence) \
	"{\"schema\":\"alerte/1\",\"state\":\"proved\",\"id\":\"" id \
	"\",\"again\":" again ",\"heard\":9,\"unopened\":0,\"plain\":0," \
	"\"silence\":" silence "," \
	"\"format\":\"" format "\",\"trust\":\"" trust "\"," \
	"\"contacts\":" contacts ",\"reaches_relay\":" relay "}"

static const struct enrol_answers enrols[] = {
	{ "keyring", { HEARD("waiting", "keyring", "true", "0", "0", "0"),
		       PROVED("keyring", "true", "bthome-v2", "weak", "2",
			      "false") } },
	{ "far", { PROVED_HEARD("far", "false", "sealed-v1", "strong", "1",
				"true", "3600") } },
	{ "weather", { HEARD("waiting", "weather", "false", "4", "0", "0"),
		       PROVED("weather", "false", "minew", "none", "2",
			      "false") } },
	{ "mistyped", { HEARD("waiting", "mistyped", "false", "3", "3", "0"),
			HEARD("expired", "mistyped", "false", "3", "3",
			      "0") } },
	{ "bare", { HEARD("waiting", "bare", "false", "2", "0", "2"),
		    HEARD("waiting", "bare", "false", "3", "0", "3"),
		    HEARD("expired", "bare", "false", "3", "0", "3") } },
	{ "ever", { HEARD("waiting", "ever", "false", "0", "0", "0") } },
	{ "late", { HEARD("waiting", "late", "false", "0", "0", "0"),
		    HEARD("waiting", "late", "false", "0", "0", "0"),
		    HEARD("waiting", "late", "false", "0", "0", "0"),
		    PROVED("late", "false", "minew", "none", "1", "false") } },
	{ "lost", { HEARD("waiting", "lost", "false", "0", "0", "0"),
		    HEARD("none", "", "false", "0", "0", "0") } },
	/* Of an id that Buttons has. */
	{ "pendant", { HEARD("waiting", "pendant", "true", "0", "0", "0"),
		       HEARD("none", "", "false", "0", "0", "0") } },
	{ "other", { HEARD("waiting", "other", "false", "0", "0", "0"),
		     HEARD("waiting", "keyring", "false", "0", "0", "0") } },
	{ "unfit", { HEARD("waiting", "unfit", "false", "0", "0", "0"),
		     "{\"schema\":\"alerte/1\",\"state\":\"refused\","
		     "\"id\":\"unfit\",\"again\":false,\"heard\":1,"
		     "\"unopened\":0,\"plain\":0,"
		     "\"why\":\"no such wearer: marie\"}" } },
	/* It ends there, or hangs: see below. */
	{ "dying", { HEARD("waiting", "dying", "false", "0", "0", "0") } },
	{ "hung", { HEARD("waiting", "hung", "false", "0", "0", "0") } },
	{ "silent", { HEARD("expired", "silent", "false", "0", "0", "0") } },
};

static const char enrol_none[] = HEARD("none", "", "false", "0", "0", "0");

static const char enrol_begun[] =
	"{\"schema\":\"alerte/1\",\"errors\":[],"
	"\"warnings\":[\"button.conf:1: no key: anybody can imitate it\"]}";

static const char enrol_refused[] =
	"{\"schema\":\"alerte/1\",\"warnings\":[],"
	"\"errors\":[\"button.conf:2: no such wearer: eve\"]}";

static int answer(sd_bus_message *m, const char *text)
{
	return sd_bus_reply_method_return(m, "s", text);
}

static int answer_status(sd_bus_message *m)
{
	char text[4096], radio[1024], word[32] = "";
	FILE *trouble = fopen(trouble_path, "r");
	FILE *planted = fopen(status_path, "r");

	if (planted) {
		text[fread(text, 1, sizeof(text) - 1, planted)] = '\0';
		fclose(planted);
		return answer(m, text);
	}

	if (trouble) {
		if (fscanf(trouble, "%31s", word) != 1)
			word[0] = '\0';
		fclose(trouble);
		snprintf(radio, sizeof(radio), RADIO_DEAF, word);
	}

	snprintf(text, sizeof(text), STATUS, word[0] ? radio :
		 access(deaf_path, F_OK) == 0 ? radio_none : radio_heard);
	return answer(m, text);
}

static int answer_show(sd_bus_message *m, const char *alert)
{
	if (strcmp(alert, "9") == 0)
		return answer(m, show_silent);
	if (strcmp(alert, "8") == 0)
		return answer(m, show_answered);

	return answer(m, show_real);
}

static int answer_enrol(sd_bus_message *m)
{
	const char *text;

	if (sd_bus_message_rewind(m, 1) < 0 ||
	    sd_bus_message_read(m, "ss", NULL, &text) < 0)
		return -EINVAL;
	if (strstr(text, "\"eve\""))
		return answer(m, enrol_refused);

	looks = 0;
	enrolling[0] = '\0';
	sscanf(text, "button %31[a-z]", enrolling);
	return answer(m, enrol_begun);
}

static int answer_enrolment(sd_bus_message *m)
{
	size_t i, n = 0;

	for (i = 0; i < sizeof(enrols) / sizeof(*enrols); i++) {
		if (strcmp(enrols[i].id, enrolling) != 0)
			continue;
		while ((n < looks || access(proved_path, F_OK) == 0) &&
		       n < 3 && enrols[i].answer[n + 1])
			n++;
		looks++;
		if (looks > 1 && strcmp(enrolling, "dying") == 0)
			exit(0);
		if (looks > 1 && strcmp(enrolling, "hung") == 0)
			sleep(5);
		return answer(m, enrols[i].answer[n]);
	}

	return answer(m, enrol_none);
}

/* Its backup is the key itself, and a word that shows a change. */
struct body {
	unsigned char key[32];
	char word[8];
};

static int refuse(sd_bus_message *m, const char *name)
{
	char full[128];

	snprintf(full, sizeof(full), "org.alerte.Error.%s", name);
	return sd_bus_reply_method_errorf(m, full, "planted: %s", name);
}

static void keep_key(const void *key, size_t len)
{
	FILE *f = fopen(key_path, "w");

	if (!f || fwrite(key, 1, len, f) != len || fclose(f) != 0)
		exit(74);
}

/* What a disk cannot hold up, and for a restore what nobody changes any more. */
static bool is_memory(int fd, bool keep)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;

	return seals >= 0 && fstat(fd, &st) == 0 && st.st_nlink == 0 &&
	       (keep || (seals & F_SEAL_WRITE && seals & F_SEAL_GROW &&
			 seals & F_SEAL_SHRINK));
}

/* Half of it is written before it fails. */
static int keep_or_restore(sd_bus_message *m, bool keep)
{
	struct body body = { .word = "backup" }, read_body;
	FILE *failure = fopen(fail_path, "r");
	char name[32] = "";
	const void *key;
	size_t len;
	int fd;

	if (failure) {
		if (fscanf(failure, "%31s", name) != 1)
			name[0] = '\0';
		fclose(failure);
	}

	if (sd_bus_message_rewind(m, 1) < 0 ||
	    sd_bus_message_read_array(m, 'y', &key, &len) < 0 || len != 32 ||
	    sd_bus_message_read(m, "h", &fd) < 0)
		return -EINVAL;

	if (!is_memory(fd, keep))
		return refuse(m, "Invalid");

	keep_key(key, len);
	memcpy(body.key, key, len);
	if (keep && write(fd, &body, name[0] ? 20 : sizeof(body)) < 0)
		return -errno;
	if (name[0])
		return refuse(m, name);
	if (keep)
		return sd_bus_reply_method_return(m, "x",
						  (int64_t)sizeof(body));
	if (read(fd, &read_body, sizeof(body)) != (ssize_t)sizeof(body) ||
	    read(fd, name, 1) != 0 ||
	    memcmp(&body, &read_body, sizeof(body)) != 0)
		return refuse(m, "Key");

	return sd_bus_reply_method_return(m, NULL);
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

		/* A key, then a file. */
		if (types[i] == 'a')
			break;
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
		return answer_status(m);
	if (strcmp(name, "Alerts") == 0)
		return answer(m, alerts);
	if (strcmp(name, "Show") == 0)
		return answer_show(m, first);
	if (strcmp(name, "Preview") == 0)
		return answer(m, preview);
	if (strcmp(name, "Apply") == 0)
		return answer(m, strstr(first, "bad") ? refused :
			      strstr(first, "no-button") ? loses_button :
			      strstr(first, "no-contact") ? loses_contact :
			      applied);
	if (strcmp(name, "Export") == 0)
		return answer(m, access(empty_path, F_OK) == 0 ? "" : site);
	if (strcmp(name, "Arm") == 0)
		return answer(m, "ABCD2345");
	if (strcmp(name, "Exercise") == 0)
		return sd_bus_reply_method_return(m, "x", (int64_t)
						  (strcmp(first, "silent") ? 8 : 9));

	if (strcmp(name, "Enrol") == 0)
		return answer_enrol(m);
	if (strcmp(name, "Enrolment") == 0)
		return answer_enrolment(m);
	if (strcmp(name, "Buttons") == 0)
		return answer(m, buttons);
	if (strcmp(name, "Contacts") == 0)
		return answer(m, contacts);
	if (strcmp(name, "Backup") == 0 || strcmp(name, "Restore") == 0)
		return keep_or_restore(m, *name == 'B');

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

	snprintf(fail_path, sizeof(fail_path), "%s.fail", argv[2]);
	snprintf(proved_path, sizeof(proved_path), "%s.proved", argv[2]);
	snprintf(deaf_path, sizeof(deaf_path), "%s.deaf", argv[2]);
	snprintf(trouble_path, sizeof(trouble_path), "%s.trouble", argv[2]);
	snprintf(status_path, sizeof(status_path), "%s.status", argv[2]);
	snprintf(empty_path, sizeof(empty_path), "%s.empty", argv[2]);
	snprintf(key_path, sizeof(key_path), "%s.key", argv[2]);
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
