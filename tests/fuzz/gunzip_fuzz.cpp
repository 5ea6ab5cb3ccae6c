// Bytes that may be gzip: never more than the cap comes out, and what comes out packs and unpacks to itself.
#include <cstdint>
#include <string_view>

#include "base/gzip.h"
#include "tests/fuzz/require.h"

using namespace dwell;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kCap = 65'536;
  const auto bytes = gzipUnpack({reinterpret_cast<const char*>(data), size}, kCap);
  if (!bytes) return 0;
  require(bytes->size() <= kCap, "never more than the cap");
  const auto again = gzipUnpack(gzipPack(*bytes), kCap);
  require(again.has_value() && *again == *bytes, "what was packed unpacks to itself");
  return 0;
}
