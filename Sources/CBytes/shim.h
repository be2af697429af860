#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __SSE2__
#include <immintrin.h>
#endif

// A bit for each of the 16 bytes from `bytes` on that is `byte`, the first one lowest: Swift's own
// vectors cannot be made such a number without a loop.
static inline uint32_t cbytes_equal_16(const uint8_t *bytes, uint8_t byte) {
#ifdef __SSE2__
  __m128i vector = _mm_loadu_si128((const __m128i *)bytes);
  return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(vector, _mm_set1_epi8((char)byte)));
#else
  uint32_t equal = 0;
  for (int index = 0; index < 16; index++) equal |= (uint32_t)(bytes[index] == byte) << index;
  return equal;
#endif
}

// Writes `index` and the place of each bit of `hits`; returns how many places there are then.
__attribute__((noinline)) static size_t cbytes_note(
    uint64_t hits, size_t index, uint32_t *places, size_t found) {
  for (; hits != 0; hits &= hits - 1)
    places[found++] = (uint32_t)(index + (size_t)__builtin_ctzll(hits));
  return found;
}

// Searches `bytes` from `*searched` on for newlines, 64 bytes a step, and writes where they stand to
// `places`, up to the step with the 128th: room for 192. `*searched` is where the search ended, with
// less than 64 bytes left or the places found. Returns how many.
#define CBYTES_ENOUGH 128
#define CBYTES_FIND_NEWLINES(EQUAL_64)                                                             \
  size_t index = *searched;                                                                        \
  size_t found = 0;                                                                                \
  for (; index + 64 <= count && found < CBYTES_ENOUGH; index += 64) {                              \
    uint64_t hits = EQUAL_64(bytes + index, '\n');                                                 \
    /* Most often there is none or one, which no processor can predict: noted without a branch. */ \
    places[found] = (uint32_t)index + (uint32_t)__builtin_ctzll(hits | 1ull << 63);                \
    found += hits != 0;                                                                            \
    hits &= hits - 1;                                                                              \
    if (__builtin_expect(hits != 0, 0)) found = cbytes_note(hits, index, places, found);           \
  }                                                                                                \
  *searched = index;                                                                               \
  return found;

static inline uint64_t cbytes_equal_64(const uint8_t *bytes, uint8_t byte) {
  return (uint64_t)cbytes_equal_16(bytes, byte) | (uint64_t)cbytes_equal_16(bytes + 16, byte) << 16
         | (uint64_t)cbytes_equal_16(bytes + 32, byte) << 32
         | (uint64_t)cbytes_equal_16(bytes + 48, byte) << 48;
}

static inline size_t cbytes_newlines_any(
    const uint8_t *bytes, size_t count, size_t *searched, uint32_t *places) {
  CBYTES_FIND_NEWLINES(cbytes_equal_64)
}

#ifdef __x86_64__
#define CBYTES_AVX2 __attribute__((target("avx2,bmi")))

CBYTES_AVX2 static inline uint64_t cbytes_equal_64_avx2(const uint8_t *bytes, uint8_t byte) {
  __m256i wanted = _mm256_set1_epi8((char)byte);
  __m256i low = _mm256_loadu_si256((const __m256i *)bytes);
  __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + 32));
  return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted))
         | (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)) << 32;
}

CBYTES_AVX2 static inline size_t cbytes_newlines_avx2(
    const uint8_t *bytes, size_t count, size_t *searched, uint32_t *places) {
  CBYTES_FIND_NEWLINES(cbytes_equal_64_avx2)
}

// Whether the processor, and the system's saving of registers, have the wide instructions.
static inline bool cbytes_is_wide(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
}
#else
static inline size_t cbytes_newlines_avx2(
    const uint8_t *bytes, size_t count, size_t *searched, uint32_t *places) {
  return cbytes_newlines_any(bytes, count, searched, places);
}

static inline bool cbytes_is_wide(void) { return false; }
#endif
