// SPDX-License-Identifier: MIT OR Apache-2.0
// C++ containers over a region, and over a heap of two: what they allocate lies
// where it has to, and all comes back.  Runs on this machine and, where there
// is a C++ library for it, on RISC-V.
#include <acre/pmr.hpp>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory_resource>
#include <string>
#include <vector>

ACRE_REGION(region, 32768);
static acre_guarded guarded = ACRE_GUARDED(&region);

// Memory that a device reads, and other memory.
enum : acre_caps {
  PLAIN = 1,
  DMA = 2
};
alignas(16) static unsigned char device[8192];
alignas(16) static unsigned char other[32768];
static acre_heap_slot slots[2];
static acre_heap heap;
static acre_port_lock lock = ACRE_LOCK_INIT;

static bool inside(const void *p, const void *memory, std::size_t size)
{
  return reinterpret_cast<std::uintptr_t>(p) - reinterpret_cast<std::uintptr_t>(memory) < size;
}

static int failed(const char *what)
{
  std::printf("pmr: %s\n", what);
  return 1;
}

// Lists by name in `resource`: each has to lie in `memory`.
template <typename Resource>
static int containers(const char *over, Resource &resource, const void *memory, std::size_t size)
{
  std::pmr::map<std::pmr::string, std::pmr::vector<int>> lists(&resource);
  for (int i = 0; i < 200; i++) {
    std::pmr::string name(&resource);
    name = "a name that is too long for the string itself, number ";
    name += static_cast<char>('a' + i % 20);
    lists[name].push_back(i);
  }
  if (lists.size() != 20u) {
    return failed("the map lost entries");
  }
  for (const auto &[name, numbers] : lists) {
    if (!inside(name.data(), memory, size) || !inside(numbers.data(), memory, size) || numbers.size() != 10u) {
      return failed("a container is not in its memory, or not whole");
    }
  }
  std::printf("pmr: over a %s: 20 lists in %u blocks\n", over, static_cast<unsigned>(resource.stats().blocks));
  void *aligned = resource.allocate(100u, 512u);
  if (reinterpret_cast<std::uintptr_t>(aligned) % 512u != 0u || !inside(aligned, memory, size)) {
    return failed("alignment");
  }
  resource.deallocate(aligned, 100u, 512u);
  return 0;
}

// Too much is refused, and nothing is left.
template <typename Resource> static int refusals(Resource &resource)
{
  bool refused = false;
  try {
    std::pmr::vector<char> large(&resource);
    large.resize(resource.stats().largest + 1u);
  } catch (const std::bad_alloc &) {
    refused = true;
  }
  if (!refused || !resource.fits(1000u) || resource.fits(40000u) || resource.stats().used != 0u) {
    return failed("too much fitted, or something was left");
  }
  return 0;
}

static int over_region()
{
  acre::resource resource(guarded);
  acre_finding finding;
  if (containers("region", resource, region_payload, sizeof region_payload) != 0 || refusals(resource) != 0) {
    return 1;
  }
  return acre_region_check(&region, &finding) == ACRE_OK ? 0 : failed("the region is not whole");
}

static bool add(const char *name, void *memory, std::size_t size, acre_caps caps)
{
  acre_heap_area area = {};
  acre_region_id id;
  area.name = name;
  area.address = reinterpret_cast<std::uintptr_t>(memory);
  area.size = size;
  area.caps[0] = caps;
  return acre_heap_add(&heap, &area, &id) == ACRE_HEAP_OK;
}

static int over_heap()
{
  const acre_lock hooks = {acre_port_acquire, acre_port_release, &lock};
  acre_heap_finding finding;
  if (acre_heap_init(&heap, slots, 2u) != ACRE_HEAP_OK || acre_heap_set_lock(&heap, &hooks) != ACRE_HEAP_OK ||
      !add("other", other, sizeof other, PLAIN) || !add("device", device, sizeof device, PLAIN | DMA)) {
    return failed("the heap is refused");
  }
  acre::heap_resource any(heap, PLAIN);
  acre::heap_resource dma(heap, DMA);
  if (containers("heap, any region", any, other, sizeof other) != 0 || refusals(any) != 0) {
    return 1;
  }
  {
    std::pmr::vector<char> buffer(1000u, &dma);
    if (!inside(buffer.data(), device, sizeof device) || dma.fits(8000u) || any.is_equal(dma)) {
      return failed("a buffer for the device is elsewhere");
    }
  }
  return refusals(dma) == 0 && acre_heap_check(&heap, 0u, &finding) == ACRE_HEAP_OK ? 0
                                                                                    : failed("the heap is not whole");
}

int main()
{
  if (over_region() != 0 || over_heap() != 0) {
    return 1;
  }
  std::printf("pmr: all came back\n");
  return 0;
}
