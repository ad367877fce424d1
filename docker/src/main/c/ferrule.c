/*
 * /usr/bin/ferrule of the image, which has no shell: starts Java in its own place, and answers the container's health check
 * without a second Java, which would cost half a second of CPU and the memory of a second heap each time.
 *
 *   gcc -O2 -Wall -Wextra -Werror -o ferrule ferrule.c
 */
#define _GNU_SOURCE /* struct ucred */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifndef FERRULE_JAVA
#define FERRULE_JAVA "/opt/jre/bin/java"
#endif
#ifndef FERRULE_JVM_OPTIONS
#define FERRULE_JVM_OPTIONS "/opt/ferrule/jvm.options"
#endif
#ifndef FERRULE_JAR
#define FERRULE_JAR "/opt/ferrule/lib/ferrule.jar"
#endif
#ifndef FERRULE_CGROUP
#define FERRULE_CGROUP "/sys/fs/cgroup"
#endif
#ifndef FERRULE_SOCKET
#define FERRULE_SOCKET "ferrule-health-" /* before the number of the mount namespace */
#endif

enum {
    LIMIT_MILLIS = 2000,  /* for the whole check; Docker and Kubernetes are told a longer one */
    ANSWER_BYTES = 4096,  /* as much of a check's output as Docker keeps */
    MOST_ARGUMENTS = 1024,
    SMALL_MEBIBYTES = 128 /* below it the optimizing compiler's own memory would not leave enough for connections */
};

static const char USAGE[] =
    "Usage: ferrule health [ready|live]\n"
    "Asks the ferrule of this container, started with --health-check or FERRULE_HEALTH_CHECK=true.\n"
    "  ready  every tunnel's target answers, and nobody has asked it to stop (the default)\n"
    "  live   the process runs\n"
    "Prints the answer. The exit code is 0 if it is yes, and 1 for everything else.\n";

/* One line for the operator, and the exit code of a check that is not passed. */
__attribute__((format(printf, 1, 2))) static int complain(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("ferrule: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return 1;
}

static long long now_millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * The abstract socket of this container's own process: a name in the network namespace, which the containers of a pod share,
 * told apart by the mount namespace, which they do not. HealthSocket.java has the other end and says more. Returns the
 * address's length, or 0 with errno.
 */
static socklen_t own_address(struct sockaddr_un *address) {
    char link[64];
    unsigned long number;
    char after;
    ssize_t n = readlink("/proc/self/ns/mnt", link, sizeof link - 1);
    if (n < 0) {
        return 0;
    }
    link[n] = '\0';
    if (sscanf(link, "mnt:[%lu%c", &number, &after) != 2 || after != ']') {
        errno = EINVAL;
        return 0;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    /* The first byte stays NUL, which makes it abstract; its length, not a NUL, ends the name (unix(7)). */
    int name = snprintf(address->sun_path + 1, sizeof address->sun_path - 1, FERRULE_SOCKET "%lu", number);
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)name);
}

/* True if our own user, or root, listens at the other end: another container of the pod could have taken the name first. */
static int is_own(int fd, unsigned int *other) {
    struct ucred listener;
    socklen_t length = sizeof listener;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &listener, &length) < 0) {
        return 0;
    }
    *other = listener.uid;
    return listener.uid == geteuid() || listener.uid == 0 || geteuid() == 0;
}

/* Reads to the end, the limit or the bound, whichever is first; -1 with errno. */
static ssize_t read_answer(int fd, char *answer, size_t size, long long deadline) {
    size_t have = 0;
    while (have < size) {
        long long left = deadline - now_millis();
        struct pollfd readable = {.fd = fd, .events = POLLIN};
        int ready = left <= 0 ? 0 : poll(&readable, 1, (int)left);
        if (ready == 0) {
            errno = ETIMEDOUT;
            return -1;
        }
        if (ready < 0 && errno != EINTR) {
            return -1;
        }
        if (ready > 0) {
            ssize_t n = recv(fd, answer + have, size - have, MSG_DONTWAIT);
            if (n == 0) {
                break;
            }
            if (n > 0) {
                have += (size_t)n;
            } else if (errno != EINTR && errno != EAGAIN) {
                return -1;
            }
        }
    }
    return (ssize_t)have;
}

/* It names addresses and what peers said: nothing of it may act on the terminal or the log of the one who reads it. */
static void print_clean(const char *body) {
    size_t length = strlen(body);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)body[i];
        putchar(c == '\n' || (c >= 0x20 && c < 0x7f) ? c : '?');
    }
    if (length > 0 && body[length - 1] != '\n') {
        putchar('\n');
    }
}

static int judge(const char *answer) {
    int status;
    char after;
    const char *body = strstr(answer, "\r\n\r\n");
    if (sscanf(answer, "HTTP/1.%*1[01] %3d%c", &status, &after) != 2 || (after != ' ' && after != '\r') || body == NULL) {
        return complain("what answered is not the health check of a ferrule");
    }
    print_clean(body + 4);
    if (status != 200 && status != 503) { /* 503 is a "no" in words: the body */
        complain("the answer has the status %d", status);
    }
    return status == 200 ? 0 : 1;
}

static int ask(int fd, const char *page) {
    struct sockaddr_un address;
    char request[128];
    char answer[ANSWER_BYTES + 1];
    unsigned int other = 0;
    struct timeval limit = {.tv_sec = LIMIT_MILLIS / 1000, .tv_usec = LIMIT_MILLIS % 1000 * 1000};
    long long deadline = now_millis() + LIMIT_MILLIS;

    socklen_t length = own_address(&address);
    if (length == 0) {
        return complain("/proc/self/ns/mnt does not name the mount namespace: %s", strerror(errno));
    }
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit); /* bounds connect too: a full queue makes it wait */
    if (connect(fd, (struct sockaddr *)&address, length) < 0) {
        return errno == ECONNREFUSED
                   ? complain("no ferrule with health-check (FERRULE_HEALTH_CHECK=true) listens in this container")
                   : complain("cannot connect to @%s: %s", address.sun_path + 1, strerror(errno));
    }
    if (!is_own(fd, &other)) {
        return complain("@%s belongs to user %u: it is no ferrule of this user", address.sun_path + 1, other);
    }
    int size = snprintf(request, sizeof request, "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n", page);
    if (send(fd, request, (size_t)size, MSG_NOSIGNAL) != size) {
        return complain("cannot ask: %s", strerror(errno));
    }
    ssize_t n = read_answer(fd, answer, ANSWER_BYTES, deadline);
    if (n == 0 || (n < 0 && errno == ECONNRESET)) { /* on other users it closes at once, the question unread or not */
        return complain("closed without an answer: only root and the user that ferrule runs as get one");
    }
    if (n < 0) {
        return errno == ETIMEDOUT ? complain("no answer within %d ms", LIMIT_MILLIS)
                                  : complain("no answer: %s", strerror(errno));
    }
    answer[n] = '\0';
    return judge(answer);
}

static int health(int argc, char **argv) {
    const char *which = argc > 0 ? argv[0] : "ready";
    if (argc == 1 && (strcmp(which, "--help") == 0 || strcmp(which, "-h") == 0)) {
        fputs(USAGE, stdout);
        return 0;
    }
    int live = strcmp(which, "live") == 0;
    if (argc > 1 || (!live && strcmp(which, "ready") != 0)) {
        return complain("health takes \"ready\" or \"live\"; ferrule health --help says more");
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return complain("no socket: %s", strerror(errno));
    }
    int code = ask(fd, live ? "/livez" : "/readyz?verbose");
    close(fd);
    return code;
}

/* The number in a file of the kernel's, or -1 if it is not there or says "max". */
static long long number_in(const char *path) {
    long long number = -1;
    FILE *file = fopen(path, "re");
    if (file != NULL) {
        if (fscanf(file, "%lld", &number) != 1) {
            number = -1;
        }
        fclose(file);
    }
    return number;
}

/* True if the container may use little memory, by cgroup v2 or v1. Without a limit v1 names a number beyond all machines'. */
static int is_small(void) {
    long long limit = number_in(FERRULE_CGROUP "/memory.max");
    if (limit < 0) {
        limit = number_in(FERRULE_CGROUP "/memory/memory.limit_in_bytes");
    }
    return limit >= 0 && limit < SMALL_MEBIBYTES * 1024LL * 1024;
}

/* True if the operator has said something of that option: java reads this variable before the command line, which wins. */
static int is_said(const char *option) {
    const char *options = getenv("JDK_JAVA_OPTIONS");
    return options != NULL && strstr(options, option) != NULL;
}

/* Java takes this process's place, so that it is PID 1 of the container and gets its signals. Returns only if it cannot. */
static int run_java(const char *called, int argc, char **argv) {
    char *args[MOST_ARGUMENTS + 7];
    int n = 0;
    if (argc > MOST_ARGUMENTS) {
        complain("more than %d arguments", MOST_ARGUMENTS);
        return 126;
    }
    args[n++] = FERRULE_JAVA;
    args[n++] = "@" FERRULE_JVM_OPTIONS;
    if (is_small() && !is_said("-XX:TieredStopAtLevel")) {
        args[n++] = "-XX:TieredStopAtLevel=1"; /* the quick compiler alone: a third less memory, more CPU for each byte */
    }
    args[n++] = "-jar";
    args[n++] = FERRULE_JAR;
    if (strcmp(called, "proxy-server") == 0) {
        args[n++] = "server";
    } else if (strcmp(called, "proxy-client") == 0) {
        args[n++] = "client";
    } else if (strcmp(called, "stunnel") == 0) {
        args[n++] = "stunnel"; /* and its arguments as they are: files, -fd N, the flags of stunnel 3 */
    }
    for (int i = 1; i < argc; i++) {
        args[n++] = argv[i];
    }
    args[n] = NULL;
    execv(FERRULE_JAVA, args);
    int error = errno;
    complain("cannot start " FERRULE_JAVA ": %s", strerror(error));
    return error == ENOENT ? 127 : 126; /* as shells do */
}

int main(int argc, char **argv) {
    const char *self = argc > 0 ? argv[0] : "ferrule";
    const char *slash = strrchr(self, '/');
    const char *called = slash == NULL ? self : slash + 1;
    int is_program = strncmp(called, "proxy-", 6) == 0 || strcmp(called, "stunnel") == 0;
    if (!is_program && argc > 1 && strcmp(argv[1], "health") == 0) {
        return health(argc - 2, argv + 2);
    }
    return run_java(called, argc, argv);
}
