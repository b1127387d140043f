/* A PKCS#11 library that does what LOAD and LOOK say; without them it serves, and shows no slot. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef LOAD
#define LOAD
#endif
#ifndef LOOK
#define LOOK
#endif

typedef unsigned long RV;

__attribute__((constructor)) static void loaded(void) { LOAD; }

static RV fine(void *unused) { return 0; }

static RV info(unsigned char *facts)
{
    memset(facts, ' ', 88); /* CK_INFO on 64 bits */
    facts[0] = 2;
    facts[1] = 40;
    return 0;
}

static RV slots(unsigned char present, unsigned long *list, unsigned long *count)
{
    LOOK;
    *count = 0;
    return 0;
}

/* CK_FUNCTION_LIST: initialize, finalize, info, the list itself, slots; the rest is never called. */
static struct {
    unsigned char version[2];
    void *functions[68];
} every = {{2, 40}, {fine, fine, info, 0, slots}};

RV C_GetFunctionList(void **list)
{
    *list = &every;
    return 0;
}
