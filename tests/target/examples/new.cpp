// SPDX-License-Identifier: MIT OR Apache-2.0
// C++ without a C++ library: operator new and delete over a region.
#include "bare.h"
#include <acre/guarded.h>

ACRE_REGION(region, 4096);
static acre_guarded heap = ACRE_GUARDED(&region);

// Without exceptions new must not return nullptr; firmware stops here.
void *operator new(decltype(sizeof 0) size)
{
  void *block = acre_guarded_alloc(&heap, size);
  bare_require(block != nullptr);
  return block;
}
void operator delete(void *block) noexcept
{
  bare_require(block == nullptr || acre_guarded_free(&heap, block) == ACRE_OK);
}
void operator delete(void *block, decltype(sizeof 0)) noexcept
{
  operator delete(block);
}

namespace {

struct shape {
  virtual ~shape() = default;
  virtual uint32_t area() const = 0;
  shape *next = nullptr;
};
struct square final : shape {
  explicit square(uint32_t side) : side_(side) {}
  uint32_t area() const override
  {
    return side_ * side_;
  }
  uint32_t side_;
};
struct strip final : shape {
  explicit strip(uint32_t length) : length_(length) {}
  uint32_t area() const override
  {
    return length_;
  }
  uint32_t length_;
  uint8_t texture[100]; // filled by nobody here
};

} // namespace

// What a pure virtual call ends in; there is none.
extern "C" void __cxa_pure_virtual()
{
  bare_exit(3);
}

int main()
{
  shape *shapes = nullptr;
  uint32_t area = 0u;
  for (uint32_t i = 1u; i <= 20u; i++) {
    shape *s = (i % 2u == 0u) ? static_cast<shape *>(new square(i)) : static_cast<shape *>(new strip(i));
    s->next = shapes;
    shapes = s;
  }
  acre_stats stats;
  acre_guarded_stats(&heap, &stats);
  bare_report("new: objects in the heap", stats.blocks);
  while (shapes != nullptr) {
    shape *next = shapes->next;
    area += shapes->area();
    delete shapes;
    shapes = next;
  }
  acre_guarded_stats(&heap, &stats);
  bare_report("new: sum of areas", area);
  bare_require(area == 1540u + 100u && stats.used == 0u);
  return 0;
}
