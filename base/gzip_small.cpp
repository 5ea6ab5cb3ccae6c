#include "base/gzip_small.h"

#include <libdeflate.h>

#include <memory>
#include <new>

namespace dwell {
namespace {

/// The lowest of those that weigh what each match costs. Level 12 takes twice as long for another 1 %.
constexpr int kLevel = 10;

struct Free {
  void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};

}  // namespace

std::string gzipPackSmall(std::string_view bytes) {
  const std::unique_ptr<libdeflate_compressor, Free> compressor(libdeflate_alloc_compressor(kLevel));
  if (!compressor) throw std::bad_alloc();
  std::string packed(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  packed.resize(
      libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), packed.data(), packed.size()));
  packed.shrink_to_fit();
  return packed;
}

}  // namespace dwell
