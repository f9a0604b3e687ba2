/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A program that knows nothing of acre: libc and its own calls of malloc. */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct word {
  struct word *next;
  char *text;
  size_t count;
} word;

static const char text[] = "the heap is fixed the fit is first and the proof is of the heap and not of the program";

static word *count_words(void)
{
  word *words = NULL;
  char *copy = strdup(text); /* libc allocates here */
  char *state = NULL;
  for (char *t = strtok_r(copy, " ", &state); t != NULL; t = strtok_r(NULL, " ", &state)) {
    word *w = words;
    while (w != NULL && strcmp(w->text, t) != 0) {
      w = w->next;
    }
    if (w == NULL) {
      w = calloc(1u, sizeof *w);
      if (w == NULL) {
        exit(2);
      }
      w->text = strdup(t);
      w->next = words;
      words = w;
    }
    w->count++;
  }
  free(copy);
  return words;
}

static size_t grow(void)
{
  size_t sum = 0u;
  uint8_t *bytes = NULL;
  for (size_t n = 1u; n <= 1000u; n++) {
    uint8_t *more = realloc(bytes, n);
    void *between = malloc(8u); /* now and then in the way */
    if (more == NULL || between == NULL) {
      exit(3);
    }
    bytes = more;
    bytes[n - 1u] = (uint8_t)n;
    if (n % 3u == 0u) {
      free(between);
    }
  }
  for (size_t i = 0u; i < 1000u; i++) {
    sum += (bytes[i] == (uint8_t)(i + 1u)) ? 1u : 0u;
  }
  free(bytes);
  return sum;
}

int main(void)
{
  size_t the = 0u;
  char *line = NULL;
  void *aligned = aligned_alloc(256u, 100u);
  word *words = count_words();
  while (words != NULL) {
    word *next = words->next;
    if (strcmp(words->text, "the") == 0) {
      the = words->count;
    }
    free(words->text);
    free(words);
    words = next;
  }
  if (asprintf(&line, "picolibc: \"the\" %zu times; 1000 reallocs kept %zu bytes", the, grow()) < 0) {
    return 4;
  }
  printf("%s\n", line);
  free(line);
  if (the != 5u || aligned == NULL || (uintptr_t)aligned % 256u != 0u || malloc(SIZE_MAX / 2u) != NULL) {
    return 5;
  }
  free(aligned);
  printf("picolibc: in use at the end: %zu bytes, free: %zu in %zu pieces\n", (size_t)mallinfo().uordblks,
         (size_t)mallinfo().fordblks, (size_t)mallinfo().ordblks);
  return 0;
}
