/* Workers are started when first needed and kept. Each thread of a call has a range of its own, which it takes in
   shares, front to back; one that is through helps the others. So a worker that wakes late, or not at all, costs
   nothing but its help, and repeated calls on one array find their parts in the same cores' caches. */
#define _GNU_SOURCE
#include "pool.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#ifdef SOFTKNEE_THREADS
#include <fenv.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#endif

static atomic_int setting = 1;

int pool_threads(void)
{
    return atomic_load_explicit(&setting, memory_order_relaxed);
}

void pool_set_threads(int threads)
{
    atomic_store_explicit(&setting, threads, memory_order_relaxed);
}

/* The cores that this process may use, not those that the machine has. */
static int usable_cores(void)
{
#if defined(SOFTKNEE_THREADS) && defined(__linux__)
    cpu_set_t sets[16]; /* the call fails if the kernel knows more CPUs than the set holds */
    if (sched_getaffinity(0, sizeof sets, sets) == 0) {
        int count = CPU_COUNT_S(sizeof sets, sets);
        return count < POOL_MAX_THREADS ? count : POOL_MAX_THREADS;
    }
#endif
#if defined(SOFTKNEE_THREADS) && defined(_SC_NPROCESSORS_ONLN)
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online < 1 ? 1 : online < POOL_MAX_THREADS ? (int)online : POOL_MAX_THREADS;
#else
    return 1;
#endif
}

/* The number that SOFTKNEE_NUM_THREADS asks for, or that of the cores; 0 if the variable holds no valid one. */
static int initial_threads(void)
{
    const char *wanted = getenv("SOFTKNEE_NUM_THREADS");
    if (wanted == NULL)
        return usable_cores();
    char *end;
    errno = 0;
    long threads = strtol(wanted, &end, 10);
    return errno != 0 || end == wanted || *end != '\0' || threads < 1 || threads > POOL_MAX_THREADS ? 0 : (int)threads;
}

#ifndef SOFTKNEE_THREADS

int pool_start(void)
{
    const int threads = initial_threads();
    pool_set_threads(threads);
    return threads > 0;
}

void pool_run(pool_task task, void *context, ptrdiff_t n, ptrdiff_t grain, int threads)
{
    (void)grain;
    (void)threads;
    if (n > 0)
        task(context, 0, n);
}

#else

/* A range is taken in about so many shares: enough to even out a core that is busy elsewhere, few enough to stream. */
#define SHARES 8

/* How long a thread polls before it sleeps: longer than a sleeping thread takes to wake, too short to be seen in an
   idle process. */
#define SPIN_NANOSECONDS 30000

/* A thread's own cache lines: its range of the present call, and how it is woken. */
struct slot {
    _Alignas(128) atomic_ptrdiff_t next;
    ptrdiff_t end;
    _Alignas(128) atomic_int asleep;
    pthread_cond_t wake;
};

static struct slot slots[POOL_MAX_THREADS];  /* 0 is the caller's */
static pthread_mutex_t mutex;                /* for sleeping and waking only */
static atomic_flag taken = ATOMIC_FLAG_INIT; /* a call has the workers */
static int workers;                          /* started so far; the call that has them may change it */
static atomic_int caller_asleep;

/* The present call. Written by the caller while no worker has joined, so read by those that have. */
static pool_task job_task;
static void *job_context;
static ptrdiff_t job_share;
static fenv_t job_environment;
static int job_threads;

/* Bits 0 to 15: workers that have joined and not left; 16: open to join; 17 to 31: threads; above: number of the call.
   One word, so that a worker joins a call only while it is open. */
static atomic_uint_fast64_t state;
enum { OPEN = 1 << 16, JOINED = OPEN - 1, THREADS_SHIFT = 17, THREADS = (1 << 15) - 1, CALL_SHIFT = 32 };

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Is there a call that worker `index` may join and has not looked at yet? */
static int is_called(uint_fast64_t seen, uint_fast64_t last, int index)
{
    return (seen & OPEN) && seen >> CALL_SHIFT != last && index < (int)(seen >> THREADS_SHIFT & THREADS);
}

static void work(int index)
{
    for (int k = 0; k < job_threads; k++) {
        struct slot *slot = &slots[(index + k) % job_threads];
        for (;;) {
            ptrdiff_t from = atomic_fetch_add_explicit(&slot->next, job_share, memory_order_relaxed);
            if (from >= slot->end)
                break;
            ptrdiff_t left = slot->end - from;
            job_task(job_context, from, from + (left < job_share ? left : job_share));
        }
    }
}

static uint_fast64_t wait_for_call(uint_fast64_t last, int index)
{
    struct slot *slot = &slots[index];
    uint_fast64_t seen = atomic_load(&state);
    if (is_called(seen, last, index))
        return seen;
    for (int64_t until = now() + SPIN_NANOSECONDS; now() < until;) {
        for (int k = 0; k < 16; k++) {
            relax();
            seen = atomic_load_explicit(&state, memory_order_acquire);
            if (is_called(seen, last, index))
                return seen;
        }
    }
    pthread_mutex_lock(&mutex);
    /* Either the caller sees the flag, or this thread sees the call: both orders are sequentially consistent. */
    atomic_store(&slot->asleep, 1);
    while (!is_called(seen = atomic_load(&state), last, index))
        pthread_cond_wait(&slot->wake, &mutex);
    atomic_store(&slot->asleep, 0);
    pthread_mutex_unlock(&mutex);
    return seen;
}

static void *worker(void *argument)
{
    const int index = (int)(intptr_t)argument;
    uint_fast64_t last = 0; /* the number of a call is never 0 */
    for (;;) {
        uint_fast64_t seen = wait_for_call(last, index);
        last = seen >> CALL_SHIFT;
        while ((seen & OPEN) && seen >> CALL_SHIFT == last)
            if (atomic_compare_exchange_weak(&state, &seen, seen + 1)) {
                fesetenv(&job_environment);
                work(index);
                if (((atomic_fetch_sub(&state, 1) - 1) & (OPEN | JOINED)) == 0 && atomic_load(&caller_asleep)) {
                    pthread_mutex_lock(&mutex);
                    pthread_cond_signal(&slots[0].wake);
                    pthread_mutex_unlock(&mutex);
                }
                break;
            }
    }
    return NULL;
}

/* Have at least `wanted` workers, or as many as the system gives. */
static void start_workers(int wanted)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    if (workers >= wanted || pthread_attr_init(&attributes) != 0)
        return;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    /* Signals are for Python's threads: one that a worker took would not interrupt the main thread's system calls. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (workers < wanted) {
        pthread_t thread;
        struct slot *slot = &slots[workers + 1];
        pthread_cond_init(&slot->wake, NULL);
        atomic_store(&slot->asleep, 0);
        if (pthread_create(&thread, &attributes, worker, (void *)(intptr_t)(workers + 1)) != 0)
            break;
        workers++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
}

static void wake_workers(int count)
{
    for (int index = 1; index <= count; index++)
        if (atomic_load(&slots[index].asleep)) {
            pthread_mutex_lock(&mutex);
            pthread_cond_signal(&slots[index].wake);
            pthread_mutex_unlock(&mutex);
        }
}

static int is_finished(void)
{
    return (atomic_load(&state) & JOINED) == 0;
}

static void wait_for_workers(void)
{
    if (is_finished())
        return;
    for (int64_t until = now() + SPIN_NANOSECONDS; now() < until;)
        for (int k = 0; k < 16; k++) {
            relax();
            if (is_finished())
                return;
        }
    pthread_mutex_lock(&mutex);
    atomic_store(&caller_asleep, 1);
    while (!is_finished())
        pthread_cond_wait(&slots[0].wake, &mutex);
    atomic_store(&caller_asleep, 0);
    pthread_mutex_unlock(&mutex);
}

/* `a` / `b`, rounded up. */
static ptrdiff_t over(ptrdiff_t a, ptrdiff_t b)
{
    return a / b + (a % b != 0);
}

void pool_run(pool_task task, void *context, ptrdiff_t n, ptrdiff_t grain, int threads)
{
    const ptrdiff_t grains = n > 0 ? over(n, grain) : 0;
    if (threads > POOL_MAX_THREADS)
        threads = POOL_MAX_THREADS;
    if (threads > grains)
        threads = (int)grains;
    if (threads < 2 || atomic_flag_test_and_set_explicit(&taken, memory_order_acquire)) {
        if (n > 0)
            task(context, 0, n);
        return;
    }
    start_workers(threads - 1);
    if (threads > workers + 1)
        threads = workers + 1;
    const ptrdiff_t range = over(grains, threads);
    job_task = task;
    job_context = context;
    job_share = over(range, SHARES) * grain;
    job_threads = threads;
    fegetenv(&job_environment);
    for (int k = 0; k < threads; k++) {
        ptrdiff_t from = k * range < grains ? k * range * grain : n;
        slots[k].end = (k + 1) * range < grains ? (k + 1) * range * grain : n;
        atomic_store_explicit(&slots[k].next, from, memory_order_relaxed);
    }
    uint_fast64_t call = ((atomic_load(&state) >> CALL_SHIFT) + 1) & UINT32_MAX;
    call += call == 0;
    atomic_store(&state, call << CALL_SHIFT | (uint_fast64_t)threads << THREADS_SHIFT | OPEN);
    wake_workers(threads - 1);
    work(0);
    atomic_fetch_and(&state, ~(uint_fast64_t)OPEN);
    wait_for_workers();
    atomic_flag_clear_explicit(&taken, memory_order_release);
}

/* A forked child has none of the threads, and whatever they held stays held: begin anew. */
static void forget_workers(void)
{
    pthread_mutex_init(&mutex, NULL);
    pthread_cond_init(&slots[0].wake, NULL);
    atomic_store(&caller_asleep, 0);
    atomic_store(&state, 0);
    workers = 0;
    atomic_flag_clear(&taken);
}

int pool_start(void)
{
    const int threads = initial_threads();
    if (threads == 0)
        return 0;
    pool_set_threads(threads);
    forget_workers();
    pthread_atfork(NULL, NULL, forget_workers);
    return 1;
}
#endif
