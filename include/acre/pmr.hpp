// SPDX-License-Identifier: MIT OR Apache-2.0
// A std::pmr::memory_resource over a region behind a lock: the containers of
// the C++ library on acre.  Choose the lock with -DACRE_LOCK=... (acre/lock.h).
//
//   static acre_guarded shared = ACRE_GUARDED(&heap);
//   acre::resource resource(shared);
//   std::pmr::vector<int> numbers(&resource);
//
// Without exceptions (-fno-exceptions) a request that does not fit ends the
// program; ask resource.fits(bytes) first, or keep sizes fixed.
#ifndef ACRE_PMR_HPP
#define ACRE_PMR_HPP

#include <acre/guarded.h>
#include <cstddef>
#include <cstdlib>
#include <memory_resource>
#include <new>

namespace acre {

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
    // Every block has the alignment of the smallest granule, at least.
    void *block = (alignment <= ACRE_GRANULE_MIN) ? acre_guarded_alloc(guarded_, size)
                                                  : acre_guarded_alloc_aligned(guarded_, alignment, size);
    if (block == nullptr) {
#if defined(__cpp_exceptions)
      throw std::bad_alloc();
#else
      std::abort();
#endif
    }
    return block;
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

} // namespace acre

#endif
