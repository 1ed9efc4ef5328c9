/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulator itself: a far end that reads PDUs wrongly, or lets a text pass
 * to somebody real, would make every other test worthless.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pdu.h"

static void a_submit_to_a_short_number_is_read(void **state)
{
	struct pdu_submit m;

	(void)state;
	assert_int_equal(pdu_submit_read("003100038111F400000B05E8329BFD06",
					 15, &m), 0);
	assert_string_equal(m.number, "114");
	assert_string_equal(m.text, "hello");
	assert_true(m.report);
	assert_int_equal(m.validity, 0x0b);
	assert_int_equal(m.part.total, 1);
}

static void french_letters_of_the_alphabet_are_read(void **state)
{
	struct pdu_submit m;

	(void)state;
	assert_int_equal(pdu_submit_read("0031000B913316325476F80000A70E8930C8"
					 "1E06FD41311C485E2F03", 27, &m), 0);
	assert_string_equal(m.text, "Ça va à 18 rue");
}

static void two_parts_join_at_their_septets(void **state)
{
	struct pdu_submit one, two;

	(void)state;
	assert_int_equal(pdu_submit_read(
		"007100038111F400000BA00500032A0201AAD263D1392C82ECE937BBEC1E"
		"97E7A0F1DBADAE9FC3ECF2DC058AC940F27A19740CCBD3E2309B9C66816C"
		"39186C0662E6DF6E1688560615E8E173990582BFE5F432E81CAE8FD16516"
		"68FC2697413199704673818CE576BB0C9AD14061F7DC050A9EE5E5F9BC5C"
		"9783E0F2C2BCECA6BB40311A1A567381A6CD29685EAEB3CBEDB29BEE0239"
		"CB", 150, &one), 0);
	assert_int_equal(pdu_submit_read(
		"007100038111F400000B5B0500032A020240F0F01C1486C3CBECB21CE44E"
		"83E66FB7BB2C778188E53A1E54769BC36EFA1C442E8368A0321D740385DD"
		"731039EC9E83D861D0181D6E8BE5651728C9068541753768FCAED3CBE1BA"
		"0B", 90, &two), 0);
	assert_int_equal(one.part.reference, 0x2a);
	assert_int_equal(two.part.sequence, 2);
	assert_string_equal(one.text,
		"URGENCE violences conjugales. 12 rue Garibaldi, 69003 Lyon, "
		"4e étage, porte gauche, code 12B34. Femme 34 ans. Agresseur "
		"présent. 14h05. SMS seulement. Ne");
	assert_string_equal(two.text,
		" pas appeler ni sonner. Deux enfants de 4 et 7 ans dans la "
		"chambre. Il a un couteau.");
}

static void a_malformed_submit_is_refused(void **state)
{
	struct pdu_submit m;

	(void)state;
	assert_int_equal(pdu_submit_read("", 0, &m), -1);
	assert_int_equal(pdu_submit_read("0031", 1, &m), -1);
	assert_int_equal(pdu_submit_read("003100038111F400000B05E8329BFD",
					 14, &m), -1);
	assert_int_equal(pdu_submit_read("003100038111F400000B05E8329BFD06",
					 14, &m), -1);
}

static void a_deliver_holds_its_sender_and_its_letters(void **state)
{
	const struct pdu_part alone = { 0, 1, 1 };
	char hex[PDU_HEX_MAX];
	size_t length;

	(void)state;
	assert_int_equal(pdu_deliver_write("+33639980001", "hello", &alone,
					   hex, &length), 0);
	assert_string_equal(hex, "00040B913336990800F10000"
			    "62114241500040" "05E8329BFD06");
	assert_int_equal(length, strlen(hex) / 2 - 1);
}

/* ---------------------------------------------------------- the program */

static pid_t spawn(const char *dir, char at[160])
{
	char self[PATH_MAX - 16], program[PATH_MAX], ctl[160];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	pid_t pid;

	self[n < 0 ? 0 : n] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(program, sizeof(program), "%s/atsim", self);
	snprintf(at, 160, "%s/at", dir);
	snprintf(ctl, sizeof(ctl), "%s/ctl", dir);

	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(program, program, "--unix", at, "--ctl", ctl,
		      "--sent-dir", dir, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 250 && access(ctl, F_OK); i++)
		usleep(20000);

	return pid;
}

static void say(int fd, const char *line, const char *answer)
{
	char got[256];
	ssize_t n;

	assert_int_equal(write(fd, line, strlen(line)), strlen(line));
	if (!answer)
		return;

	n = read(fd, got, sizeof(got) - 1);
	assert_true(n > 0);
	got[n] = '\0';
	assert_non_null(strstr(got, answer));
}

/* The exit status after one message; 0 when it went on living. */
static int fate_of(const char *command, const char *pdu)
{
	char dir[] = "/tmp/alerte-sim.XXXXXX", at[160], shell[64];
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), status = 0;
	pid_t pid;

	assert_non_null(mkdtemp(dir));
	pid = spawn(dir, at);
	strcpy(to.sun_path, at);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	say(fd, command, "> ");
	say(fd, pdu, NULL);
	usleep(300000);
	if (waitpid(pid, &status, WNOHANG) == 0) {
		kill(pid, SIGTERM);
		waitpid(pid, NULL, 0);
		status = 0;
	}
	close(fd);
	snprintf(shell, sizeof(shell), "rm -r %s", dir);
	assert_int_equal(system(shell), 0);
	return WEXITSTATUS(status);
}

static void a_text_to_the_114_ends_the_simulator(void **state)
{
	(void)state;
	assert_int_equal(fate_of("AT+CMGS=15\r",
				 "003100038111F400000B05E8329BFD06\x1a"), 3);
}

static void a_text_to_a_real_looking_number_ends_the_simulator(void **state)
{
	(void)state;
	assert_int_equal(fate_of("AT+CMGS=27\r", "0031000B913316325476F80000A7"
				 "0E8930C81E06FD41311C485E2F03\x1a"), 3);
}

static void a_text_to_a_number_for_fiction_leaves(void **state)
{
	(void)state;
	assert_int_equal(fate_of("AT+CMGS=19\r", "0031000B913336990800F1"
				 "00000B05E8329BFD06\x1a"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_submit_to_a_short_number_is_read),
		cmocka_unit_test(french_letters_of_the_alphabet_are_read),
		cmocka_unit_test(two_parts_join_at_their_septets),
		cmocka_unit_test(a_malformed_submit_is_refused),
		cmocka_unit_test(a_deliver_holds_its_sender_and_its_letters),
		cmocka_unit_test(a_text_to_the_114_ends_the_simulator),
		cmocka_unit_test(
			a_text_to_a_real_looking_number_ends_the_simulator),
		cmocka_unit_test(a_text_to_a_number_for_fiction_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
