/* Where functions have reached their limit in every arithmetic, for error_bounded.h. */
#ifndef SOFTKNEE_REAL_LIMITS_H
#define SOFTKNEE_REAL_LIMITS_H

/* e^-x is below REAL_LEAST; below the digits of 1; e^-(x^2)/2 below REAL_LEAST; e^-(x^2) below the digits of 1. */
#if LDBL_MAX_EXP > 1024
#define REAL_DECAYED 11400
#define REAL_BELL_GONE 160
#else
#define REAL_DECAYED 800
#define REAL_BELL_GONE 40
#endif
#define REAL_FLAT 80
#define REAL_BELL_FLAT 10
#endif
