/* The pool driven without Python; also a program of its own, for sanitizers. */
#define _GNU_SOURCE
#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pool.h"

enum { MOST = 1 << 16 };

struct job {
    ptrdiff_t n, grain;
    unsigned char *touched; /* how often each element was visited */
    int threads, inner;     /* inner: elements of a call within the task */
    int misplaced;          /* shares that begin off the grain, or leave the range */
    int signals, rounding;  /* shares in threads that take signals, or round differently */
    pthread_t caller;
};

static void visit(void *context, ptrdiff_t from, ptrdiff_t to)
{
    struct job *job = context;
    sigset_t blocked;
    if (from < 0 || to > job->n || from >= to || from % job->grain != 0)
        __atomic_fetch_add(&job->misplaced, 1, __ATOMIC_RELAXED);
    if (!pthread_equal(pthread_self(), job->caller)) {
        pthread_sigmask(SIG_SETMASK, NULL, &blocked);
        if (!sigismember(&blocked, SIGINT) || !sigismember(&blocked, SIGALRM))
            __atomic_fetch_add(&job->signals, 1, __ATOMIC_RELAXED);
    }
    if (fegetround() != FE_UPWARD)
        __atomic_fetch_add(&job->rounding, 1, __ATOMIC_RELAXED);
    for (ptrdiff_t i = from; i < to; i++)
        job->touched[i]++; /* plain: a second thread at one element is for the sanitizer to see */
    if (job->inner > 0) {
        unsigned char own[64] = {0};
        struct job inner = {.n = job->inner, .grain = 8, .touched = own, .caller = pthread_self()};
        pool_run(visit, &inner, job->inner, 8, job->threads);
        for (int i = 0; i < job->inner; i++)
            if (own[i] != 1)
                __atomic_fetch_add(&job->misplaced, 1, __ATOMIC_RELAXED);
    }
}

/* 0 if each of n elements is visited once, in a proper share, by a thread in the proper state. */
int run(ptrdiff_t n, ptrdiff_t grain, int threads, int inner)
{
    struct job job = {n, grain, calloc((size_t)n + 1, 1), threads, inner, 0, 0, 0, pthread_self()};
    int before = fegetround(), wrong = 0;
    if (job.touched == NULL)
        return -1;
    fesetround(FE_UPWARD);
    pool_run(visit, &job, n, grain, threads);
    fesetround(before);
    for (ptrdiff_t i = 0; i < n; i++)
        wrong += job.touched[i] != 1;
    free(job.touched);
    return wrong + job.misplaced + job.signals + job.rounding;
}

static void note_thread(void *context, ptrdiff_t from, ptrdiff_t to)
{
    pthread_t *caller = context;
    (void)from;
    (void)to;
    if (!pthread_equal(pthread_self(), *caller))
        __atomic_store_n(&caller[1], pthread_self(), __ATOMIC_RELAXED);
    usleep(200);
}

/* Does a thread other than the caller's take part, in one call of `tries` at least? A busy machine may run it late. */
int has_help(int threads, int tries)
{
    pthread_t both[2] = {pthread_self(), pthread_self()};
    while (tries-- > 0 && pthread_equal(both[0], both[1]))
        pool_run(note_thread, both, 64, 1, threads);
    return !pthread_equal(both[0], both[1]);
}

static volatile int going;

static void *keep_running(void *wrong)
{
    while (__atomic_load_n(&going, __ATOMIC_RELAXED))
        if (run(MOST, 256, 4, 0) != 0)
            __atomic_store_n((int *)wrong, 1, __ATOMIC_RELAXED);
    return NULL;
}

/* 0 if `children` forks, made while two other threads are inside the pool, compute right with threads of their own. */
int run_in_forks(int children)
{
    pthread_t others[2];
    int wrong = 0;
    __atomic_store_n(&going, 1, __ATOMIC_RELAXED);
    for (int k = 0; k < 2; k++)
        pthread_create(&others[k], NULL, keep_running, &wrong);
    for (int k = 0; k < children; k++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(600); /* a deadlock ends the child */
            _exit(run(MOST, 64, 4, 0) != 0 || !has_help(2, 1000));
        }
        int status = 1;
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
            wrong = 1;
        wrong |= run(1000, 10, 3, 0) != 0;
    }
    __atomic_store_n(&going, 0, __ATOMIC_RELAXED);
    for (int k = 0; k < 2; k++)
        pthread_join(others[k], NULL);
    return wrong;
}

static void *run_many(void *wrong)
{
    for (int k = 1; k < 400; k++)
        if (run((k * 37) % 3000, 1 + k % 70, 1 + k % 6, k % 4 == 0 ? 50 : 0) != 0)
            __atomic_store_n((int *)wrong, 1, __ATOMIC_RELAXED);
    return NULL;
}

/* 0 if `count` threads at once all get their work done. */
int run_at_once(int count)
{
    pthread_t threads[16];
    int wrong = 0;
    for (int k = 0; k < count; k++)
        pthread_create(&threads[k], NULL, run_many, &wrong);
    for (int k = 0; k < count; k++)
        pthread_join(threads[k], NULL);
    return wrong;
}

int main(int count, char **options)
{
    int wrong = !pool_start() || pool_threads() < 1;
    wrong |= run_at_once(6);
    wrong |= !has_help(2, 1000);
    /* Workers sleep by now. */
    usleep(20000);
    wrong |= run(MOST, 100, 3, 0) != 0;
    if (count < 2 || strcmp(options[1], "--no-fork") != 0)
        wrong |= run_in_forks(10);
    return wrong;
}
