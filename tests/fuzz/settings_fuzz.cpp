// A configuration file: accepted settings are within their limits, refused ones named with their line.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/settings.h"
#include "tests/fuzz/require.h"

using namespace dwell;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto settings = parseSettings(text, "config.toml");
  if (!settings) {
    require(settings.error().where.rfind("config.toml", 0) == 0, "a refusal has a place");
    return 0;
  }
  require(parseSettings(text, "config.toml") == settings, "the same text gives the same settings");
  require(settings->idleThreshold > Millis(0) && settings->sessionPause > Millis(0) &&
              settings->uploadFirstAfter >= Millis(0) && settings->uploadInterval > Millis(0),
          "times are positive");
  return 0;
}
