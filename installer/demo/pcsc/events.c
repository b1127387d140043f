/* vpcd with what USB readers have and it lacks: it tells at once of a card that comes or goes.
 *
 * vpcd is polled by pcscd every 400 ms; a USB reader's interrupt pipe tells within milliseconds.
 * Here a change in the folder PIPE stands for that pipe. Everything else is vpcd's own: pcscd finds
 * those functions in it through this library's dependency.
 *
 * A card swapped in one movement is two changes that may fall into one look, and that look finds
 * the old card gone and nothing more: so there is one more look a moment after each change.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <stddef.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <ifdhandler.h>

#define ONCE_MORE_MS 20

/* Wait until something changed, at most timeout milliseconds; each slot has a thread of its own. */
static RESPONSECODE wait_for_change(DWORD lun, int timeout) {
    static __thread int changes = -1;
    static __thread int once_more = 1;
    struct pollfd asked;
    char told[4096];

    (void)lun;
    if (changes < 0) {
        changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        inotify_add_watch(changes, PIPE, IN_CLOSE_WRITE);
        return IFD_SUCCESS; /* what happened before the watch began is looked at once */
    }
    asked.fd = changes;
    asked.events = POLLIN;
    once_more = poll(&asked, 1, once_more ? ONCE_MORE_MS : timeout) > 0;
    if (once_more)
        while (read(changes, told, sizeof told) > 0)
            ;
    return IFD_SUCCESS;
}

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD length, PUCHAR value) {
    static RESPONSECODE (*vpcd)(DWORD, DWORD, PDWORD, PUCHAR);

    if (tag == TAG_IFD_POLLING_THREAD_WITH_TIMEOUT) {
        *(void **)value = (void *)wait_for_change;
        *length = sizeof(void *);
        return IFD_SUCCESS;
    }
    if (vpcd == NULL)
        vpcd = (RESPONSECODE(*)(DWORD, DWORD, PDWORD, PUCHAR))dlsym(RTLD_NEXT, "IFDHGetCapabilities");
    return vpcd(lun, tag, length, value);
}
