/*
 * A PKCS#11 module that is SoftHSM with faults: it hands out SoftHSM's function list with some entries replaced.
 *
 * PKCS11_FAULT_MODULE  the real library
 * PKCS11_FAULT         FUNCTION:N:KIND, several with a comma between: at the N-th call of FUNCTION (or each, for N = 0)
 * PKCS11_FAULT_COUNTS  a folder; how often each was called is counted there, over all processes
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_RV;
/* CK_FUNCTION_LIST: a version, padded, and 68 functions in the order of the standard. */
typedef struct { unsigned char version[8]; void *function[68]; } FunctionList;

enum { INITIALIZE = 0, TOKEN_INFO = 6, MECHANISM_LIST = 7, LOGIN = 18, SIGN_INIT = 42, SIGN = 43 };

static FunctionList *real;
static FunctionList list;

/* The number of this call, counted in a file so that it goes on after a crash. */
static long count(const char *function) {
	char path[4096];
	long number = 0;
	const char *folder = getenv("PKCS11_FAULT_COUNTS");
	if (folder == NULL) return 1;
	snprintf(path, sizeof path, "%s/%s", folder, function);
	int file = open(path, O_RDWR | O_CREAT, 0600);
	if (file < 0) return 1;
	flock(file, LOCK_EX);
	char text[32] = {0};
	if (pread(file, text, sizeof text - 1, 0) > 0) number = atol(text);
	int length = snprintf(text, sizeof text, "%ld", ++number);
	if (pwrite(file, text, length, 0) < 0) number = 1;
	close(file);
	return number;
}

/* The kind of fault for this call of the function, or an empty text. */
static const char *fault(const char *function) {
	static char kind[64];
	kind[0] = 0;
	long number = count(function);
	char plan[1024];
	snprintf(plan, sizeof plan, "%s", getenv("PKCS11_FAULT") ? getenv("PKCS11_FAULT") : "");
	char *rest = plan;
	for (char *entry; (entry = strsep(&rest, ",")) != NULL;) {
		char *name = strsep(&entry, ":"), *at = strsep(&entry, ":");
		if (entry == NULL || strcmp(name, function) != 0) continue;
		if (atol(at) == 0 || atol(at) == number) snprintf(kind, sizeof kind, "%s", entry);
	}
	return kind;
}

/* What faults have in common; CKR_OK where the real function is to be called. */
static CK_RV fail(const char *kind) {
	if (strcmp(kind, "crash") == 0) abort();
	if (strcmp(kind, "exit") == 0) exit(0);
	if (strcmp(kind, "hang") == 0) for (;;) pause();
	if (strncmp(kind, "slow-", 5) == 0) usleep(atol(kind + 5) * 1000);
	if (strcmp(kind, "noise") == 0) {
		for (int i = 0; i < 2000; i++) printf("{\"id\":1,\"answer\":null} driver talks\n"), fprintf(stderr, "and complains\n");
		fflush(stdout);
	}
	if (strncmp(kind, "0x", 2) == 0) return strtoul(kind, NULL, 16);
	return 0;
}

static CK_RV initialize(void *arguments) {
	const char *kind = fault("initialize");
	/* Not with locks of the system: CKR_CANT_LOCK. CK_C_INITIALIZE_ARGS.flags is the fifth word. */
	if (strcmp(kind, "cant-lock") == 0 && arguments != NULL && ((CK_ULONG *)arguments)[4] != 0) return 0x0a;
	CK_RV rv = fail(kind);
	return rv ? rv : ((CK_RV (*)(void *))real->function[INITIALIZE])(NULL);
}

static CK_RV token_info(CK_ULONG slot, unsigned char *info) {
	const char *kind = fault("tokeninfo");
	CK_RV rv = fail(kind);
	if (rv == 0) rv = ((CK_RV (*)(CK_ULONG, unsigned char *))real->function[TOKEN_INFO])(slot, info);
	/* CK_TOKEN_INFO.flags stands after label, manufacturer, model and serial number. */
	CK_ULONG *flags = (CK_ULONG *)(info + 96);
	if (strcmp(kind, "pad") == 0) *flags |= 0x100;
	if (strcmp(kind, "last-try") == 0) *flags |= 0x20000;
	if (strcmp(kind, "locked") == 0) *flags |= 0x40000;
	return rv;
}

/* Whether `only-1+40` lists this mechanism; all are listed where nothing is said. */
static int listed(CK_ULONG mechanism) {
	const char *plan = getenv("PKCS11_FAULT");
	const char *only = plan ? strstr(plan, "mechanismlist:0:only-") : NULL;
	if (only == NULL) return 1;
	char *rest = (char *)only + strlen("mechanismlist:0:only-") - 1;
	do if (strtoul(rest + 1, &rest, 16) == mechanism) return 1; while (*rest == '+');
	return 0;
}

static CK_RV mechanism_list(CK_ULONG slot, CK_ULONG *mechanisms, CK_ULONG *number) {
	CK_ULONG all[512], count = 512, kept = 0;
	CK_RV rv = ((CK_RV (*)(CK_ULONG, CK_ULONG *, CK_ULONG *))real->function[MECHANISM_LIST])(slot, all, &count);
	for (CK_ULONG i = 0; rv == 0 && i < count; i++) if (listed(all[i])) all[kept++] = all[i];
	if (rv == 0 && mechanisms != NULL) memcpy(mechanisms, all, kept * sizeof *all);
	*number = kept;
	return rv;
}

static CK_RV login(CK_ULONG session, CK_ULONG user, unsigned char *pin, CK_ULONG length) {
	const char *kind = fault("login");
	CK_RV rv = fail(kind);
	if (rv) return rv;
	/* The pad: whoever holds the card types the PIN, so none may come from outside. */
	if (strcmp(kind, "pad") == 0) {
		if (length != 0) return 0x07;
		pin = (unsigned char *)getenv("PKCS11_FAULT_PAD");
		length = strlen((char *)pin);
	}
	return ((CK_RV (*)(CK_ULONG, CK_ULONG, unsigned char *, CK_ULONG))real->function[LOGIN])(session, user, pin, length);
}

static CK_RV sign_init(CK_ULONG session, CK_ULONG *mechanism, CK_ULONG key) {
	const char *kind = fault("signinit");
	CK_RV rv = fail(kind);
	/* Lists CKM_SHA256_RSA_PKCS, and does not do it. */
	if (strcmp(kind, "no-hashing") == 0 && mechanism[0] == 0x40) return 0x70;
	if (!listed(mechanism[0])) return 0x70;
	return rv ? rv : ((CK_RV (*)(CK_ULONG, void *, CK_ULONG))real->function[SIGN_INIT])(session, mechanism, key);
}

static CK_RV sign(CK_ULONG session, void *data, CK_ULONG length, unsigned char *signature, CK_ULONG *signature_length) {
	const char *kind = fault("sign");
	CK_RV rv = fail(kind);
	if (rv) return rv;
	rv = ((CK_RV (*)(CK_ULONG, void *, CK_ULONG, unsigned char *, CK_ULONG *))real->function[SIGN])(
		session, data, length, signature, signature_length);
	if (strcmp(kind, "rubbish") == 0 && signature != NULL) signature[0] ^= 0xff;
	return rv;
}

CK_RV C_GetFunctionList(FunctionList **out) {
	fail(fault("load"));
	void *library = dlopen(getenv("PKCS11_FAULT_MODULE"), RTLD_NOW | RTLD_LOCAL);
	if (library == NULL) return 5;
	CK_RV (*get)(FunctionList **) = (CK_RV (*)(FunctionList **))dlsym(library, "C_GetFunctionList");
	CK_RV rv = get(&real);
	if (rv) return rv;
	list = *real;
	list.function[INITIALIZE] = initialize;
	list.function[TOKEN_INFO] = token_info;
	list.function[MECHANISM_LIST] = mechanism_list;
	list.function[LOGIN] = login;
	list.function[SIGN_INIT] = sign_init;
	list.function[SIGN] = sign;
	*out = &list;
	return 0;
}
