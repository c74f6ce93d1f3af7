/* A sigmoid as people write it in float: one exponential, good to 2 ulp, and one division; tails are lost. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void yardstick(const float *restrict x, float *restrict out, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        const float a = x[i] < -87 ? 87 : x[i] > 87 ? -87 : -x[i];
        const float t = fmaf(a, 1.44269504f, 0x1.8p23f), k = t - 0x1.8p23f;
        const float r = fmaf(-k, -0x1.05c61p-29f, fmaf(-k, 0x1.62e43p-1f, a));
        float p = 1.0f / 5040;
        p = fmaf(p, r, 1.0f / 720);
        p = fmaf(p, r, 1.0f / 120);
        p = fmaf(p, r, 1.0f / 24);
        p = fmaf(p, r, 1.0f / 6);
        p = fmaf(p, r, 0.5f);
        uint32_t bits;
        memcpy(&bits, &t, sizeof bits);
        bits = (bits << 23) + 0x3f800000u;
        float scale;
        memcpy(&scale, &bits, sizeof scale);
        out[i] = 1 / (1 + (fmaf(r * r, p, r) + 1) * scale);
    }
}
