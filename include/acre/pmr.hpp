// SPDX-License-Identifier: MIT OR Apache-2.0
// std::pmr::memory_resource over a region behind a lock, or over a heap of
// several regions: the containers of the C++ library on acre.  Choose the lock
// with -DACRE_LOCK=... (acre/lock.h); the heap has the one that it was given.
//
//   ACRE_REGION(region, 64 * 1024);
//   static acre_guarded shared = ACRE_GUARDED(&region);
//   acre::resource resource(shared);
//   std::pmr::vector<int> numbers(&resource);
//
//   acre::heap_resource fast(heap, INTERNAL);      // an acre_heap; link libacre-heap.a
//   std::pmr::string name(&fast);
//
// Without exceptions (-fno-exceptions) a request that does not fit ends the
// program; ask resource.fits(bytes) first, or keep sizes fixed.
#ifndef ACRE_PMR_HPP
#define ACRE_PMR_HPP

#include <acre/guarded.h>
#include <acre/heap.h>
#include <cstddef>
#include <cstdlib>
#include <memory_resource>
#include <new>

namespace acre {

// Every block has the alignment of the smallest granule, at least.
constexpr bool needs_alignment(std::size_t alignment) noexcept
{
  return alignment > ACRE_GRANULE_MIN;
}

// What a request that does not fit ends in; else the block.
inline void *or_fail(void *block)
{
  if (block == nullptr) {
#if defined(__cpp_exceptions)
    throw std::bad_alloc();
#else
    std::abort();
#endif
  }
  return block;
}

class resource final : public std::pmr::memory_resource {
public:
  explicit resource(acre_guarded &guarded) noexcept : guarded_(&guarded) {}

  // Whether a request of so many bytes would succeed now.
  bool fits(std::size_t bytes) const noexcept
  {
    acre_stats stats;
    acre_guarded_stats(guarded_, &stats);
    return bytes <= stats.largest;
  }

  acre_stats stats() const noexcept
  {
    acre_stats stats;
    acre_guarded_stats(guarded_, &stats);
    return stats;
  }

private:
  void *do_allocate(std::size_t bytes, std::size_t alignment) override
  {
    std::size_t size = (bytes == 0u) ? 1u : bytes;
    return or_fail(needs_alignment(alignment) ? acre_guarded_alloc_aligned(guarded_, alignment, size)
                                              : acre_guarded_alloc(guarded_, size));
  }

  // A container that gives back what it did not get is broken: no way on.
  void do_deallocate(void *block, std::size_t, std::size_t) override
  {
    if (acre_guarded_free(guarded_, block) != ACRE_OK) {
      std::abort();
    }
  }

  bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override
  {
    return this == &other;
  }

  acre_guarded *guarded_;
};

// Blocks of regions that have all of `caps`.
class heap_resource final : public std::pmr::memory_resource {
public:
  heap_resource(acre_heap &heap, acre_caps caps) noexcept : heap_(&heap), caps_(caps) {}

  // Whether a request of so many bytes would succeed now.
  bool fits(std::size_t bytes) const noexcept
  {
    return bytes <= stats().largest;
  }

  // Of the regions that have all of `caps`.
  acre_heap_stats stats() const noexcept
  {
    acre_heap_stats stats;
    acre_heap_get_stats_caps(heap_, caps_, &stats);
    return stats;
  }

private:
  void *do_allocate(std::size_t bytes, std::size_t alignment) override
  {
    std::size_t size = (bytes == 0u) ? 1u : bytes;
    return or_fail(needs_alignment(alignment) ? acre_heap_alloc_aligned(heap_, alignment, size, caps_)
                                              : acre_heap_alloc(heap_, size, caps_));
  }

  void do_deallocate(void *block, std::size_t, std::size_t) override
  {
    if (acre_heap_free(heap_, block) != ACRE_HEAP_OK) {
      std::abort();
    }
  }

  bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override
  {
    return this == &other;
  }

  acre_heap *heap_;
  acre_caps caps_;
};

} // namespace acre

#endif
