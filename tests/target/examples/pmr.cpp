// SPDX-License-Identifier: MIT OR Apache-2.0
// C++ containers over a region: what they allocate lies in it, and all comes
// back.  Runs on this machine and, where there is a C++ library for it, on
// RISC-V.
#include <acre/pmr.hpp>
#include <cstdint>
#include <cstdio>
#include <map>
#include <memory_resource>
#include <string>
#include <vector>

alignas(16) static unsigned char memory[32768];
static acre_region region;
static acre_guarded heap = ACRE_GUARDED(&region);

static bool inside(const void *p)
{
  auto address = reinterpret_cast<std::uintptr_t>(p);
  auto start = reinterpret_cast<std::uintptr_t>(memory);
  return address >= start && address < start + sizeof memory;
}

static int failed(const char *what)
{
  std::printf("pmr: %s\n", what);
  return 1;
}

static int containers(acre::resource &resource)
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
    if (!inside(name.data()) || !inside(numbers.data()) || numbers.size() != 10u) {
      return failed("a container is not in the region, or not whole");
    }
  }
  std::printf("pmr: 20 lists in %u blocks\n", static_cast<unsigned>(resource.stats().blocks));
  void *aligned = resource.allocate(100u, 512u);
  if (reinterpret_cast<std::uintptr_t>(aligned) % 512u != 0u || !inside(aligned)) {
    return failed("alignment");
  }
  resource.deallocate(aligned, 100u, 512u);
  return 0;
}

int main()
{
  if (acre_region_init(&region, memory, sizeof memory, 0u) != ACRE_OK) {
    return failed("the region is refused");
  }
  acre::resource resource(heap);
  if (containers(resource) != 0) {
    return 1;
  }
  bool refused = false;
  try {
    std::pmr::vector<char> large(&resource);
    large.resize(resource.stats().largest + 1u);
  } catch (const std::bad_alloc &) {
    refused = true;
  }
  acre_finding finding;
  if (!refused || !resource.fits(1000u) || resource.fits(40000u) || resource.stats().used != 0u ||
      acre_region_check(&region, &finding) != ACRE_OK) {
    return failed("the region is not empty and whole again");
  }
  std::printf("pmr: all came back\n");
  return 0;
}
