/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The daemon's stable words in the reader's language.  What is shown is
 * literally true: a message handed to the network may never have arrived,
 * the 114's automatic answer is not a person.
 */

#include <string.h>

#include "cli.h"

struct word {
	const char *name;
	const char *shown[2];	/* English, French */
};

static const char *look_up(const struct cli *c, const struct word *w,
			   size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(w[i].name, name) == 0)
			return w[i].shown[c->french];
	}

	return name;
}

#define LOOK_UP(c, table, name) \
	look_up(c, table, sizeof(table) / sizeof(*(table)), name)

static const struct word alert_states[] = {
	{ "pending", { "grace time", "délai de grâce" } },
	{ "open", { "OPEN", "OUVERTE" } },
	{ "acked", { "acknowledged", "prise en charge" } },
	{ "closed", { "closed", "close" } },
	{ "cancelled", { "cancelled", "annulée" } },
};

const char *word_alert_state(const struct cli *c, const char *name)
{
	return LOOK_UP(c, alert_states, name);
}

static const struct word attempt_states[] = {
	{ "planned", { "not sent yet", "pas encore envoyé" } },
	{ "sending", { "being sent", "envoi en cours" } },
	{ "sent", { "handed to the network", "remis au réseau" } },
	{ "delivered", { "on the phone, says the network",
			 "sur le téléphone, dit le réseau" } },
	{ "failed", { "NOT SENT", "NON ENVOYÉ" } },
	{ "unknown", { "perhaps sent, perhaps not",
		       "peut-être parti, peut-être pas" } },
	{ "dropped", { "not needed any more", "devenu inutile" } },
};

static const struct word https_states[] = {
	{ "sent", { "taken by the server", "pris par le serveur" } },
	{ "delivered", { "taken by the server", "pris par le serveur" } },
};

static const struct word email_states[] = {
	{ "sent", { "taken by the mail server",
		    "pris par le serveur de courriel" } },
};

static const struct word voice_states[] = {
	{ "sent", { "it rang", "a sonné" } },
};

static const struct word relay_sendings[] = {
	{ "delivered", { "delivered, says the network",
			 "arrivé, dit le réseau" } },
};

const char *word_attempt_state(const struct cli *c, const char *channel,
			       const char *name)
{
	const char *shown = name;

	if (strcmp(channel, "https") == 0)
		shown = LOOK_UP(c, https_states, name);
	else if (strcmp(channel, "email") == 0)
		shown = LOOK_UP(c, email_states, name);
	else if (strcmp(channel, "voice") == 0)
		shown = LOOK_UP(c, voice_states, name);
	else if (strcmp(channel, "relay114") == 0)
		shown = LOOK_UP(c, relay_sendings, name);

	return shown != name ? shown : LOOK_UP(c, attempt_states, name);
}

static const struct word relay_states[] = {
	{ "none", { "not part of it", "non concerné" } },
	{ "new", { "not written to yet", "pas encore écrit" } },
	{ "submitted", { "handed to the network", "remis au réseau" } },
	{ "auto_ack", { "received by the 114 (automatic answer)",
			"reçu par le 114 (réponse automatique)" } },
	{ "human", { "an agent is answering", "un agent répond" } },
	{ "dispatched", { "help sent, says the operator",
			  "secours envoyés, dit l'opérateur" } },
	{ "closed", { "closed by the operator", "clos par l'opérateur" } },
	{ "dormant", { "no message for 24 h", "aucun message depuis 24 h" } },
};

const char *word_relay_state(const struct cli *c, const char *name)
{
	return LOOK_UP(c, relay_states, name);
}

static const struct word gestures[] = {
	{ "press", { "press", "appui" } },
	{ "double", { "double press", "double appui" } },
	{ "triple", { "triple press", "triple appui" } },
	{ "long", { "long press", "appui long" } },
	{ "long-double", { "long double press", "double appui long" } },
	{ "long-triple", { "long triple press", "triple appui long" } },
	{ "hold", { "held down", "maintenu" } },
	{ "fall", { "fall", "chute" } },
	{ "inactivity", { "inactivity", "inactivité" } },
	{ "cancel", { "cancel", "annulation" } },
	{ "test", { "test", "essai" } },
	{ "unknown", { "unknown gesture", "geste inconnu" } },
	{ "timer", { "timer ran out", "minuterie écoulée" } },
	{ "none", { "-", "-" } },
};

const char *word_gesture(const struct cli *c, const char *name)
{
	return LOOK_UP(c, gestures, name);
}

static const struct word trusts[] = {
	{ "none", { "none (not verified)", "nulle (non vérifiée)" } },
	{ "weak", { "weak", "faible" } },
	{ "strong", { "strong", "forte" } },
};

const char *word_trust(const struct cli *c, const char *name)
{
	return LOOK_UP(c, trusts, name);
}

static const struct word notes[] = {
	{ "press", { "press", "appui" } },
	{ "reply", { "text received", "texte reçu" } },
	{ "ack", { "ACKNOWLEDGED", "PRISE EN CHARGE" } },
	{ "relay-in", { "from the 114", "du 114" } },
	{ "relay-out", { "to the 114", "au 114" } },
	{ "relay-mark", { "the 114's part", "où en est le 114" } },
	{ "position", { "position", "position" } },
	{ "cancel", { "cancelled", "annulée" } },
	{ "close", { "closed", "close" } },
	{ "wrong-code", { "WRONG CODE", "CODE FAUX" } },
	{ "duress", { "UNDER DURESS", "SOUS LA CONTRAINTE" } },
	{ "timer", { "timer ran out", "minuterie écoulée" } },
};

const char *word_note(const struct cli *c, const char *name)
{
	return LOOK_UP(c, notes, name);
}

static const struct word whats[] = {
	{ "relay-first", { "first text to the 114", "premier texte au 114" } },
	{ "relay-second", { "second text to the 114",
			    "second texte au 114" } },
	{ "relay-cannot-write", { "she cannot write", "elle ne peut écrire" } },
	{ "relay-answer", { "answer to the 114", "réponse au 114" } },
	{ "relay-clear", { "all-clear to the 114", "fin d'alerte au 114" } },
	{ "relay-closed", { "closing to the 114", "clôture au 114" } },
	{ "relay-position", { "position to the 114", "position au 114" } },
	{ "relay-question", { "question of the 114", "question du 114" } },
	{ "relay-silent", { "the 114 is silent", "le 114 ne répond pas" } },
	{ "relay-press", { "new press, to the 114", "nouvel appui, au 114" } },
	{ "relay-not-sent", { "not passed on to the 114",
			      "pas transmis au 114" } },
	{ "relay-flood", { "too many texts from the 114",
			   "trop de textes du 114" } },
	{ "duress", { "cancelled under duress",
		      "annulation sous la contrainte" } },
	{ "relay-duress", { "duress, to the 114", "contrainte, au 114" } },
	{ "alert", { "alert", "alerte" } },
	{ "new-press", { "new press", "nouvel appui" } },
	{ "bare-ok", { "asks for the code", "demande le code" } },
	{ "how-to-answer", { "how to answer", "comment répondre" } },
	{ "ack-thanks", { "thanks", "merci" } },
	{ "ack-stay", { "thanks, for two hours", "merci, pour deux heures" } },
	{ "ack-others", { "who is on it", "qui s'en occupe" } },
	{ "declined", { "declined, noted", "refus noté" } },
	{ "all-clear", { "all-clear", "fin d'alerte" } },
	{ "closed", { "closed", "alerte close" } },
	{ "forward", { "a contact's words", "mots d'un contact" } },
	{ "exercise", { "exercise", "exercice" } },
	{ "exercise-end", { "end of exercise", "fin d'exercice" } },
	{ "fault", { "fault", "panne" } },
	{ "fault-end", { "end of fault", "fin de panne" } },
	{ "selftest", { "test of the gateway", "essai du boîtier" } },
	{ "position", { "where she is", "où elle est" } },
};

const char *word_what(const struct cli *c, const char *name)
{
	return LOOK_UP(c, whats, name);
}

static const struct word faults[] = {
	{ "modem", { "no modem: no SMS can leave or come in",
		     "pas de modem : aucun SMS ne part ni n'arrive" } },
	{ "modem-roaming", { "the modem is on a foreign network",
			     "le modem est sur un réseau étranger" } },
	{ "modem-registration", { "the modem has no network",
				  "le modem n'a pas de réseau" } },
	{ "modem-roaming", { "the modem is on a foreign network: the 114 may "
			     "not be reached",
			     "le modem est sur un réseau étranger : le 114 "
			     "n'est peut-être pas joignable" } },
	{ "path", { "one of the ways for SMS is out; they leave by another",
		    "une des voies SMS manque ; ils partent par une autre" } },
	{ "sim", { "the SIM card is missing or locked",
		   "la carte SIM manque ou est verrouillée" } },
	{ "radio", { "buttons are not heard",
		     "les boutons ne sont pas entendus" } },
	{ "endpoint", { "the association's server does not answer",
			"le serveur de l'association ne répond pas" } },
	{ "mail", { "the mail server takes no e-mail",
		    "le serveur de courriel ne prend rien" } },
	{ "clock", { "the hour is not sure", "l'heure n'est pas sûre" } },
	{ "mains", { "no mains power: it runs on its battery",
		     "pas de courant : il est sur batterie" } },
	{ "battery-low", { "15 % of battery or less",
			   "15 % de batterie ou moins" } },
	{ "battery-critical", { "5 % of battery or less: it may go off",
				"5 % de batterie ou moins : il peut "
				"s'éteindre" } },
	{ "sms-selftest", { "its test SMS did not come back",
			    "son SMS d'essai n'est pas revenu" } },
	{ "sim-expiry", { "the SIM ends within 30 days, or has ended",
			  "la SIM expire sous 30 jours, ou a expiré" } },
	{ "certificate-expiry", { "a certificate ends within 30 days, or has "
				  "ended",
				  "un certificat expire sous 30 jours, ou a "
				  "expiré" } },
	{ "certificate-unreadable", { "a certificate cannot be read",
				      "un certificat est illisible" } },
	{ "store", { "the disk refuses writes: alerts live in memory",
		     "le disque refuse d'écrire : alertes en mémoire" } },
	{ "button-silent", { "a button is not heard any more: alerte buttons",
			     "un bouton n'est plus entendu : alerte buttons" } },
	{ "buttons-silent", { "several buttons are not heard any more",
			      "plusieurs boutons ne sont plus entendus" } },
};

const char *word_fault(const struct cli *c, const char *name)
{
	return LOOK_UP(c, faults, name);
}

/* Names and states of the daemon's parts, as status shows them. */
static const struct word parts[] = {
	{ "driver", { "driver", "pilote" } },
	{ "state", { "state", "état" } },
	{ "path", { "way", "voie" } },
	{ "usable", { "usable", "utilisable" } },
	{ "two_way", { "takes answers", "reçoit" } },
	{ "moved", { "moved away", "déplacés" } },
	{ "busy", { "BUSY: does not answer", "OCCUPÉ : ne répond pas" } },
	{ "hung", { "HUNG: does not answer", "BLOQUÉ : ne répond pas" } },
	{ "registration", { "network", "réseau" } },
	{ "heard", { "heard", "entendus" } },
	{ "strangers", { "strangers", "inconnus" } },
	{ "repeats", { "repeats", "répétitions" } },
	{ "replays", { "replays", "rejeux" } },
	{ "bad_tag", { "bad tags", "falsifiées" } },
	{ "bad_lines", { "bad lines", "lignes fausses" } },
	{ "overflowed", { "overflowed", "débordements" } },
	{ "discoveries", { "discoveries", "recherches" } },
	{ "monitors", { "monitors", "moniteurs" } },
	{ "devices", { "devices", "appareils" } },
	{ "next", { "next", "ensuite" } },
	{ "malformed", { "malformed", "malformées" } },
	{ "presses", { "presses", "appuis" } },
	{ "unknown_senders", { "unknown senders", "expéditeurs inconnus" } },
	{ "dropped_replies", { "dropped replies", "réponses écartées" } },
	{ "wrong_codes", { "wrong codes", "codes faux" } },
	{ "under_way", { "under way", "en cours" } },
	{ "failures", { "failures", "échecs" } },
	{ "heartbeat", { "heartbeat", "battement" } },
	{ "gateway", { "gateway", "boîtier" } },
	{ "key", { "key", "clé" } },
	{ "every_s", { "every (s)", "toutes les (s)" } },
	{ "taken", { "taken", "pris" } },
	{ "refused", { "refused", "refusé" } },
	{ "lost", { "lost", "perdu" } },
	{ "ready", { "ready", "prêt" } },
	{ "listing", { "reading its texts", "relève ses SMS" } },
	{ "listening", { "listening", "à l'écoute" } },
	{ "missing", { "missing", "absent" } },
	{ "failed", { "failed", "en panne" } },
	{ "unused", { "not used yet", "pas encore utilisé" } },
	{ "home", { "home", "d'origine" } },
	{ "roaming", { "roaming", "itinérance" } },
	{ "searching", { "searching", "recherche" } },
	{ "none", { "none", "aucun" } },
	{ "ok", { "ok", "bon" } },
	{ "fault", { "FAULT", "EN PANNE" } },
	{ "failing", { "FAILING", "ÉCHOUE" } },
	{ "locked", { "LOCKED", "VERROUILLÉ" } },
	{ "restarting", { "restarting", "redémarre" } },
	{ "starting", { "starting", "démarre" } },
	{ "no-modem", { "no modem", "pas de modem" } },
	{ "no-bus", { "no system bus", "pas de bus système" } },
	{ "not-allowed", { "NOT ALLOWED", "NON AUTORISÉ" } },
	{ "unknown", { "unknown", "inconnu" } },
	{ "denied", { "DENIED", "REFUSÉ" } },
	{ "sim", { "SIM", "SIM" } },
	{ "device", { "device", "appareil" } },
	{ "waiting", { "waiting", "en attente" } },
	{ "delivery_reports", { "delivery reports", "avis de remise" } },
	{ "validity_hours", { "validity (h)", "validité (h)" } },
	{ "missing_polkit_action", { "NOT ALLOWED", "NON AUTORISÉ" } },
	{ "http_status", { "last HTTP status", "dernier statut HTTP" } },
	{ "status", { "last status", "dernier statut" } },
	{ "error", { "error", "erreur" } },
	{ "name not found", { "name not found", "nom introuvable" } },
	{ "no connection", { "no connection", "pas de connexion" } },
	{ "no answer in time", { "no answer in time",
				 "pas de réponse à temps" } },
	{ "another public key than the pins say",
	  { "another public key than the pins say",
	    "une autre clé publique que prévu" } },
	{ "certificate not accepted",
	  { "certificate not accepted", "certificat non accepté" } },
	{ "own certificate or key not usable",
	  { "own certificate or key not usable",
	    "certificat ou clé d'ici inutilisable" } },
	{ "file of authorities not usable",
	  { "file of authorities not usable",
	    "fichier des autorités inutilisable" } },
	{ "no TLS", { "no TLS", "pas de TLS" } },
	{ "connection cut", { "connection cut", "connexion coupée" } },
	{ "request failed", { "request failed", "demande échouée" } },
	{ "answer too long", { "answer too long", "réponse trop longue" } },
	{ "server busy or broken",
	  { "server busy or broken", "serveur occupé ou en panne" } },
	{ "server offers no TLS",
	  { "server offers no TLS", "le serveur n'offre pas de TLS" } },
	{ "server says: not now",
	  { "server says: not now", "le serveur dit : plus tard" } },
	{ "server does not take this recipient",
	  { "server does not take this recipient",
	    "le serveur refuse ce destinataire" } },
	{ "gateway busy or broken",
	  { "gateway busy or broken", "passerelle occupée ou en panne" } },
	{ "gateway refused the message",
	  { "gateway refused the message",
	    "la passerelle a refusé le message" } },
	{ "not the answer that was expected",
	  { "not the answer that was expected",
	    "pas la réponse attendue" } },
	{ "the gateway has no network now",
	  { "the gateway has no network now",
	    "la passerelle n'a pas de réseau" } },
};

const char *word_part(const struct cli *c, const char *name)
{
	return LOOK_UP(c, parts, name);
}

static const struct word keys[] = {
	{ "none", { "none", "aucune" } },
	{ "aes", { "AES", "AES" } },
	{ "sealed", { "sealed", "scellée" } },
};

const char *word_key(const struct cli *c, const char *name)
{
	return LOOK_UP(c, keys, name);
}
