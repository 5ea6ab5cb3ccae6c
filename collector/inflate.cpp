#include "collector/inflate.h"

#include <libdeflate.h>

#include <cstdint>
#include <memory>
#include <new>

namespace dwell::collector {
namespace {

struct Free {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};
using Decompressor = std::unique_ptr<libdeflate_decompressor, Free>;

/// The shortest gzip member: header, empty block, checksum, length.
constexpr std::size_t kShortest = 20;
/// DEFLATE's best ratio is 1032 : 1. Who claims more lies, and would have us reserve the memory for it.
constexpr std::size_t kBestRatio = 1'032;

/// The length that the last four bytes claim.
std::size_t claimedLength(std::string_view gzip) {
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    length |= static_cast<std::uint32_t>(static_cast<unsigned char>(gzip[gzip.size() - 4 + i])) << (8 * i);
  }
  return length;
}

}  // namespace

Expected<std::string> inflate(std::string_view gzip, std::size_t cap) {
  thread_local const Decompressor decompressor(libdeflate_alloc_decompressor());
  if (!decompressor) throw std::bad_alloc();
  const std::string expected = "one whole gzip member of at most " + std::to_string(cap) + " bytes inflated";
  if (gzip.size() < kShortest) return failure("the body is no gzip, or cut short", "", expected);
  const std::size_t length = claimedLength(gzip);
  if (length > cap) return failure("the body inflates to more than is accepted", "", expected);
  if (length / kBestRatio > gzip.size()) return failure("the body is damaged gzip", "", expected);

  std::string out(length, '\0');
  std::size_t read = 0, written = 0;
  const libdeflate_result result = libdeflate_gzip_decompress_ex(decompressor.get(), gzip.data(), gzip.size(),
                                                                 out.data(), out.size(), &read, &written);
  if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
    return failure("the body inflates to more than it claims", "", expected);
  }
  if (result != LIBDEFLATE_SUCCESS || written != length) {
    return failure("the body is damaged gzip", "", expected);
  }
  if (read != gzip.size()) return failure("bytes follow the end of the gzip body", "", expected);
  return out;
}

}  // namespace dwell::collector
