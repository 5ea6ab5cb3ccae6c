#include "app/agent/footprint.h"

#include <link.h>
#include <malloc.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace dwell::app {
namespace {

/// Blocks of this size, as of a large batch, are mapped for themselves and given back at once.
constexpr int kMapFrom = 64 * 1024;
constexpr std::size_t kWorthReleasing = 512 << 10;

int releaseReadOnlySegments(dl_phdr_info* loaded, std::size_t, void*) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  for (int i = 0; i < loaded->dlpi_phnum; ++i) {
    const auto& segment = loaded->dlpi_phdr[i];
    // One that is written to holds what is not in the file: relocated addresses, too.
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = (loaded->dlpi_addr + segment.p_vaddr) / page * page;
    const std::uintptr_t end = loaded->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void limitMemory() {
  // A batch is made by one thread and freed by the store's: with a heap for each, neither could be used
  // again.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, kMapFrom);
  mallopt(M_TRIM_THRESHOLD, kMapFrom);
  // SQLite's own sums of its memory, which nobody asks for, take a lock at each block.
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void releaseStartPages() {
  malloc_trim(0);
  dl_iterate_phdr(releaseReadOnlySegments, nullptr);
}

void releaseFreeHeap() {
  if (mallinfo2().fordblks > kWorthReleasing) malloc_trim(0);
}

}  // namespace dwell::app
