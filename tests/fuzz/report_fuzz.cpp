// A report as the collector gets it: what it accepts is the same after a way through the encoder; what it
// refuses has a place and a reason.
#include <cstdint>
#include <string_view>

#include "schemas/report_codec.h"
#include "tests/fuzz/require.h"

using namespace dwell;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto report = schemas::decodeReport({reinterpret_cast<const char*>(data), size});
  if (!report) {
    require(!report.error().message().empty(), "a refusal has a reason");
    return 0;
  }
  const std::string json = schemas::encodeReport(*report);
  const auto again = schemas::decodeReport(json);
  require(again.has_value(), "an accepted report can be written and read");
  require(schemas::encodeReport(*again) == json, "and is the same then");
  return 0;
}
