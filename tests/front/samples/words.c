/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A program for any C library, which knows nothing of acre: the words of a text
 * by how often they come.  It is built as it is against the library's own
 * malloc, and against acre's; both have to print the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct entry {
  char *word;
  unsigned count;
} entry;

typedef struct table {
  entry *entries;
  size_t used, room;
} table;

static const char text[] = "a heap of memory is a heap of blocks and a block is a piece of memory "
                           "a piece of a heap is free or it is a block";

static void add(table *t, const char *word)
{
  for (size_t i = 0u; i < t->used; i++) {
    if (strcmp(t->entries[i].word, word) == 0) {
      t->entries[i].count++;
      return;
    }
  }
  if (t->used == t->room) {
    t->room = (t->room == 0u) ? 1u : 2u * t->room;
    t->entries = realloc(t->entries, t->room * sizeof *t->entries);
    if (t->entries == NULL) {
      perror("words");
      exit(1);
    }
  }
  t->entries[t->used].word = strdup(word);
  t->entries[t->used].count = 1u;
  t->used++;
}

static int more(const void *a, const void *b)
{
  const entry *x = a, *y = b;
  if (x->count != y->count) {
    return (x->count < y->count) ? 1 : -1;
  }
  return strcmp(x->word, y->word);
}

int main(void)
{
  table t = {NULL, 0u, 0u};
  char *copy = strdup(text);
  for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
    add(&t, word);
  }
  free(copy);
  qsort(t.entries, t.used, sizeof *t.entries, more);
  for (size_t i = 0u; i < t.used; i++) {
    char line[64];
    (void)snprintf(line, sizeof line, "%3u %s", t.entries[i].count, t.entries[i].word);
    puts(line);
  }
  double *numbers = calloc(1000u, sizeof *numbers);
  numbers[999] = 0.5;
  printf("%d words, %.2f\n", (int)t.used, numbers[0] + numbers[999]);
  free(numbers);
  for (size_t i = 0u; i < t.used; i++) {
    free(t.entries[i].word);
  }
  free(t.entries);
  return 0;
}
