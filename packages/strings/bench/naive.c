/* The double loop in C, for bench/peers.ts: gcc -O3 -march=native -DSYMBOL=uint8_t, or a wider type. Reads sizes, text and
   pattern from a file, writes nanoseconds (best of `repeats`) and a checksum. Processor time if CLOCK is set. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void distances(const SYMBOL *text, long n, const SYMBOL *pattern, long m, int32_t *out) {
  for (long i = 0; i + m <= n; i++) {
    int32_t d = 0;
    for (long j = 0; j < m; j++) d += text[i + j] != pattern[j];
    out[i] = d;
  }
}

int main(int argc, char **argv) {
  FILE *file = fopen(argv[1], "rb");
  long n = atol(argv[2]), m = atol(argv[3]), repeats = atol(argv[4]);
  SYMBOL *symbols = malloc((n + m) * sizeof *symbols);
  if (!file || fread(symbols, sizeof *symbols, n + m, file) != (size_t)(n + m)) return 1;
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
