/* Times kernels of several grades in turns with a yardstick; see kernels.py. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "kernels.h"

enum { GRADES = 3, N = 8192, ROUNDS = 301, CALLS = 10, MAX_PARAMETERS = 4 };
struct row {
    const char *title;
    float_function *grades[GRADES];
};
#include "specs.inc"

void yardstick(const float *restrict x, float *restrict out, ptrdiff_t n);

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, by_size);
    return values[ROUNDS / 2];
}

int main(void)
{
    static float x[N], out[N];
    const float *const in[] = {x, x};
    const double parameters[MAX_PARAMETERS] = {1, 1, 1, 1};
    for (int i = 0; i < N; i++) { /* near enough to N(0, 1) */
        for (int k = 0; k < 12; k++)
            x[i] += (float)rand() / (float)RAND_MAX;
        x[i] -= 6;
    }
    printf("%-20s %10s %8s %8s %8s\n", "", "yard, ns", "double", "by hand", "rough");
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        double yard[ROUNDS], ratios[GRADES][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double start = now();
            for (int call = 0; call < CALLS; call++)
                yardstick(x, out, N);
            yard[round] = now() - start;
            for (int grade = 0; grade < GRADES; grade++) {
                start = now();
                for (int call = 0; call < CALLS; call++)
                    rows[row].grades[grade](in, parameters, out, N);
                ratios[grade][round] = (now() - start) / yard[round];
            }
        }
        printf("%-20s %10.3f %8.2f %8.2f %8.2f\n", rows[row].title, median(yard) / CALLS / N * 1e9, median(ratios[0]),
               median(ratios[1]), median(ratios[2]));
    }
}
