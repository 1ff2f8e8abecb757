/* A disk one can break, for tests: LD_PRELOAD=disk.so python …

   Everything that changes a file below one folder is counted and, where wanted, written to a log. The n-th change can
   fail (once, or it and all after it) or be the last one this process lives to begin. disk_arm() starts it in a process.
   Writes that follow each other into one file count as one change, except into the log of a database or where all count.
   What goes through mmap is not seen: of SQLite that is the -shm file, which is made anew after a crash. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MARK, CREATE, WRITE, SYNC, CUT, RENAME, UNLINK, MKDIR, RMDIR, LINK };
enum { NOTHING, KILL, FAIL, FULL };

static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1, what, error_number, every;
static long at, counted;
static uint64_t last;
static pthread_mutex_t turn = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

#define REAL(name) ({ static typeof(&name) found; if (!found) found = (typeof(&name))dlsym(RTLD_NEXT, #name); found; })

void disk_arm(const char *folder, int fd, int wanted, long nth, int number, int all) {
    strncpy(root, folder, sizeof root - 1);
    root_length = strlen(root);
    log_fd = fd, what = wanted, at = nth, error_number = number, counted = 0, last = 0, every = all;
}

long disk_counted(void) { return counted; }

static int ours(const char *path) {
    return root_length && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static void put(const void *data, size_t length) {
    while (length) {
        ssize_t done = REAL(write)(log_fd, data, length);
        if (done <= 0) _exit(97);
        data = (const char *)data + done, length -= done;
    }
}

static void note(int kind, uint64_t inode, int64_t offset, const char *one, const char *two, const void *data, size_t length) {
    if (log_fd < 0) return;
    uint64_t head[6] = {kind, inode, offset, one ? strlen(one) : 0, two ? strlen(two) : 0, length};
    put(head, sizeof head);
    if (one) put(one, head[3]);
    if (two) put(two, head[4]);
    if (length) put(data, length);
}

void disk_mark(long number) {
    pthread_mutex_lock(&turn);
    note(MARK, 0, number, NULL, NULL, NULL, 0);
    pthread_mutex_unlock(&turn);
}

static uint64_t inode(int fd) { struct stat s; return fstat(fd, &s) ? 0 : s.st_ino; }
static off_t size_of(int fd) { struct stat s; return fstat(fd, &s) ? 0 : s.st_size; }

/* 1: this change fails; `half` is done first where the process ends in the middle of a write */
static int broken(const char *path, int fd, const void *half, size_t length, off_t offset) {
    uint64_t file = half ? inode(fd) : 0;
    int again = file && file == last && !every && !strstr(path, "-wal");
    last = file, counted += !again;
    if (what == KILL && counted == at && !again) {
        if (half && length > 1) offset < 0 ? (void)!REAL(write)(fd, half, length / 2) : (void)!REAL(pwrite)(fd, half, length / 2, offset);
        kill(getpid(), SIGKILL);
    }
    if ((what == FAIL && counted == at && !again) || (what == FULL && counted >= at)) { errno = error_number; return 1; }
    return 0;
}

static int name_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return 1;
}

static int of(int fd, char *path) { return root_length && fd != log_fd && name_of(fd, path) && ours(path); }

static int whole(int folder, const char *path, char *made) {
    char base[PATH_MAX];
    if (!root_length) return 0;
    if (path[0] == '/') snprintf(made, PATH_MAX, "%s", path);
    else if (folder == AT_FDCWD ? getcwd(base, sizeof base) != NULL : name_of(folder, base)) {
        if (snprintf(made, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
    } else return 0;
    return ours(made);
}

static int opened(int folder, const char *path, int flags, mode_t mode) {
    char made[PATH_MAX];
    if (!(flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE || !whole(folder, path, made))
        return REAL(openat)(folder, path, flags, mode);
    pthread_mutex_lock(&turn);
    struct stat s;
    int there = !stat(made, &s), fd = -1, cut = there && (flags & O_TRUNC) && s.st_size;
    if ((there && !cut) || !broken(NULL, -1, NULL, 0, 0)) {
        fd = REAL(openat)(folder, path, flags, mode);
        if (fd >= 0 && !there) note(CREATE, inode(fd), 0, made, NULL, NULL, 0);
        if (fd >= 0 && cut) note(CUT, inode(fd), 0, NULL, NULL, NULL, 0);
    }
    pthread_mutex_unlock(&turn);
    return fd;
}

#define MODE ({ mode_t m = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list l; va_start(l, flags); m = va_arg(l, mode_t); va_end(l); } m; })
int open(const char *path, int flags, ...) { return opened(AT_FDCWD, path, flags, MODE); }
int open64(const char *path, int flags, ...) { return opened(AT_FDCWD, path, flags, MODE); }
int openat(int folder, const char *path, int flags, ...) { return opened(folder, path, flags, MODE); }
int openat64(int folder, const char *path, int flags, ...) { return opened(folder, path, flags, MODE); }

FILE *fopen(const char *path, const char *mode) {
    if (mode[0] == 'r' && !strchr(mode, '+')) return REAL(fopen)(path, mode);
    int flags = (strchr(mode, '+') ? O_RDWR : O_WRONLY) | (mode[0] == 'w' ? O_CREAT | O_TRUNC : mode[0] == 'a' ? O_CREAT | O_APPEND : 0);
    int fd = opened(AT_FDCWD, path, flags, 0666);
    return fd < 0 ? NULL : fdopen(fd, mode);
}
FILE *fopen64(const char *path, const char *mode) { return fopen(path, mode); }

static ssize_t written(int fd, const void *data, size_t length, off_t offset) {
    char path[PATH_MAX];
    if (!of(fd, path)) return offset < 0 ? REAL(write)(fd, data, length) : REAL(pwrite)(fd, data, length, offset);
    pthread_mutex_lock(&turn);
    ssize_t done = -1;
    if (!broken(path, fd, data, length, offset)) {
        off_t where = offset >= 0 ? offset : fcntl(fd, F_GETFL) & O_APPEND ? size_of(fd) : lseek(fd, 0, SEEK_CUR);
        done = offset < 0 ? REAL(write)(fd, data, length) : REAL(pwrite)(fd, data, length, offset);
        if (done > 0) note(WRITE, inode(fd), where, NULL, NULL, data, done);
    }
    pthread_mutex_unlock(&turn);
    return done;
}
ssize_t write(int fd, const void *data, size_t length) { return written(fd, data, length, -1); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset); }
ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
    ssize_t sum = 0, done;
    for (int n = 0; n < count; n++) {
        if ((done = write(fd, parts[n].iov_base, parts[n].iov_len)) < 0) return sum ? sum : -1;
        sum += done;
        if ((size_t)done < parts[n].iov_len) break;
    }
    return sum;
}

/* callers go on with read and write where these say that they cannot */
ssize_t sendfile(int out, int in, off_t *offset, size_t length) {
    char path[PATH_MAX];
    if (of(out, path)) { errno = ENOTSOCK; return -1; }
    return REAL(sendfile)(out, in, offset, length);
}
ssize_t sendfile64(int out, int in, off_t *offset, size_t length) { return sendfile(out, in, offset, length); }
ssize_t copy_file_range(int in, off_t *from, int out, off_t *to, size_t length, unsigned flags) {
    errno = EXDEV;
    return -1;
}

#define DESCRIPTOR(call, kind, offset)                                                                                \
    char path[PATH_MAX];                                                                                              \
    if (!of(fd, path)) return call;                                                                                   \
    pthread_mutex_lock(&turn);                                                                                        \
    int done = -1;                                                                                                    \
    if (!broken(NULL, -1, NULL, 0, 0) && !(done = call)) note(kind, inode(fd), offset, path, NULL, NULL, 0);                \
    pthread_mutex_unlock(&turn);                                                                                      \
    return done;
int fsync(int fd) { DESCRIPTOR(REAL(fsync)(fd), SYNC, 0) }
int fdatasync(int fd) { DESCRIPTOR(REAL(fdatasync)(fd), SYNC, 0) }
int ftruncate(int fd, off_t length) { DESCRIPTOR(REAL(ftruncate)(fd, length), CUT, length) }
int ftruncate64(int fd, off_t length) { DESCRIPTOR(REAL(ftruncate)(fd, length), CUT, length) }

static int named(int folder, const char *one, int folder2, const char *two, int kind, unsigned flags) {
    char from[PATH_MAX] = "", to[PATH_MAX] = "";
    int inside = whole(folder, one, from) | (two && whole(folder2, two, to));
    pthread_mutex_lock(&turn);
    int done = -1;
    int frees = what == FULL && (kind == UNLINK || kind == RMDIR); /* also on a full disk */
    if (!inside || frees || !broken(NULL, -1, NULL, 0, 0)) {
        struct stat s = {0};
        if (kind == RENAME) done = REAL(renameat2)(folder, one, folder2, two, flags);
        if (kind == LINK) done = REAL(linkat)(folder, one, folder2, two, flags);
        if (kind == UNLINK || kind == RMDIR) done = REAL(unlinkat)(folder, one, flags);
        if (kind == MKDIR) done = REAL(mkdirat)(folder, one, flags);
        if (!done && inside) {
            if (*to || kind == MKDIR) stat(*to ? to : from, &s);
            note(kind, s.st_ino, 0, from, to, NULL, 0);
        }
    }
    pthread_mutex_unlock(&turn);
    return done;
}
int rename(const char *one, const char *two) { return named(AT_FDCWD, one, AT_FDCWD, two, RENAME, 0); }
int renameat(int a, const char *one, int b, const char *two) { return named(a, one, b, two, RENAME, 0); }
int renameat2(int a, const char *one, int b, const char *two, unsigned flags) { return named(a, one, b, two, RENAME, flags); }
int link(const char *one, const char *two) { return named(AT_FDCWD, one, AT_FDCWD, two, LINK, 0); }
int linkat(int a, const char *one, int b, const char *two, int flags) { return named(a, one, b, two, LINK, flags); }
int unlink(const char *one) { return named(AT_FDCWD, one, 0, NULL, UNLINK, 0); }
int remove(const char *one) { return named(AT_FDCWD, one, 0, NULL, UNLINK, 0); }
int unlinkat(int folder, const char *one, int flags) { return named(folder, one, 0, NULL, flags & AT_REMOVEDIR ? RMDIR : UNLINK, flags); }
int rmdir(const char *one) { return named(AT_FDCWD, one, 0, NULL, RMDIR, AT_REMOVEDIR); }
int mkdir(const char *one, mode_t mode) { return named(AT_FDCWD, one, 0, NULL, MKDIR, mode); }
int mkdirat(int folder, const char *one, mode_t mode) { return named(folder, one, 0, NULL, MKDIR, mode); }
