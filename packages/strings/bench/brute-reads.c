/* Brute force for bench/reads.ts: every shift of a genome of A, C, G, T for every read and its reverse complement, those with
   at most k mismatches. gcc -O3 -march=native; arguments: genome (letters only), reads (one a line), k. Prints how many places
   there are and the sum over them of read * 1000003 + 2 * position + strand + 7 * distance, modulo 2^53, and milliseconds.
   The first 32 letters of a window and a read are compared in one word of two bits a letter; where that leaves a chance, all. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t code(char c) { return c == 'A' ? 0 : c == 'C' ? 1 : c == 'G' ? 2 : 3; }
static char complement(char c) { return c == 'A' ? 'T' : c == 'C' ? 'G' : c == 'G' ? 'C' : 'A'; }

static char *slurp(const char *path, long *size) {
  FILE *file = fopen(path, "rb");
  if (!file) exit(1);
  fseek(file, 0, SEEK_END);
  *size = ftell(file);
  rewind(file);
  char *text = malloc(*size + 1);
  if (fread(text, 1, *size, file) != (size_t)*size) exit(1);
  text[*size] = 0;
  fclose(file);
  return text;
}

int main(int argc, char **argv) {
  long n, size, count = 0, read = 0;
  char *text = slurp(argv[1], &n), *reads = slurp(argv[2], &size);
  int k = atoi(argv[3]);
  struct timespec a, b;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
  uint64_t *words = calloc(n + 1, sizeof *words), word = 0;
  for (long i = n - 1; i >= 0; i--) {
    word = (word << 2) | code(text[i]);
    words[i] = word;
  }
  uint64_t check = 0;
  char pattern[4096];
  for (char *line = strtok(reads, "\n"); line; line = strtok(NULL, "\n"), read++) {
    long m = strlen(line);
    for (int strand = 0; strand < 2; strand++) {
      for (long j = 0; j < m; j++) pattern[j] = strand ? complement(line[m - 1 - j]) : line[j];
      uint64_t first = 0, ones = 0x5555555555555555ull;
      long lead = m < 32 ? m : 32;
      for (long j = lead - 1; j >= 0; j--) first = (first << 2) | code(pattern[j]);
      if (lead < 32) ones &= (1ull << (2 * lead)) - 1;
      for (long i = 0; i + m <= n; i++) {
        uint64_t differ = words[i] ^ first;
        if (__builtin_popcountll((differ | (differ >> 1)) & ones) > k) continue;
        int distance = 0;
        for (long j = 0; j < m && distance <= k; j++) distance += text[i + j] != pattern[j];
        if (distance > k) continue;
        count++;
        check = (check + read * 1000003ull + 2 * i + strand + 7 * distance) & ((1ull << 53) - 1);
      }
    }
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
  printf("%ld %llu %.0f\n", count, (unsigned long long)check, (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6);
  return 0;
}
