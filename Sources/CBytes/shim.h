#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
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

// Lets memory bring what stands at an address, which may lie anywhere.
static inline void cbytes_prefetch(uintptr_t address) { __builtin_prefetch((const void *)address); }
