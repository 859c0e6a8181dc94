/* The double loop in C in blocks, for bench/peers.ts: 64 neighbouring shifts with a byte counter each, which the compiler turns
   into comparisons of whole vectors; counters are added up before they overflow. Bytes only. Arguments and output as naive.c. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCK 64

static void distances(const uint8_t *text, long n, const uint8_t *pattern, long m, int32_t *out) {
  long shifts = n - m + 1, i = 0;
  for (; i + BLOCK <= shifts; i += BLOCK) {
    int32_t sums[BLOCK] = {0};
    for (long start = 0; start < m; start += 255) {
      long end = start + 255 < m ? start + 255 : m;
      uint8_t counts[BLOCK] = {0};
      for (long j = start; j < end; j++) {
        const uint8_t *at = text + i + j;
        for (int b = 0; b < BLOCK; b++) counts[b] += at[b] != pattern[j];
      }
      for (int b = 0; b < BLOCK; b++) sums[b] += counts[b];
    }
    memcpy(out + i, sums, sizeof sums);
  }
  for (; i < shifts; i++) {
    int32_t d = 0;
    for (long j = 0; j < m; j++) d += text[i + j] != pattern[j];
    out[i] = d;
  }
}

int main(int argc, char **argv) {
  FILE *file = fopen(argv[1], "rb");
  long n = atol(argv[2]), m = atol(argv[3]), repeats = atol(argv[4]);
  uint8_t *symbols = malloc(n + m);
  if (!file || fread(symbols, 1, n + m, file) != (size_t)(n + m)) return 1;
  int32_t *out = malloc((n - m + 1) * sizeof *out);
  clockid_t clock = getenv("CLOCK") ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
  double best = 1e300;
  for (long repeat = 0; repeat < repeats; repeat++) {
    struct timespec a, b;
    clock_gettime(clock, &a);
    distances(symbols, n, symbols + n, m, out);
    clock_gettime(clock, &b);
    double ns = (b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec);
    if (ns < best) best = ns;
  }
  long long sum = 0;
  for (long i = 0; i + m <= n; i++) sum += out[i];
  printf("%.0f %lld\n", best, sum);
  return 0;
}
